import { isObject, textIn } from '../server/members.ts'
import type { JsonObject } from '../../money/json.ts'
import type { Play, Scenario, Stage } from './stage.ts'

// Settings that are changed a little, and put back.

const read = async ({ server }: Stage, path: string): Promise<JsonObject> => {
  const { data } = await server.get(path)
  if (!isObject(data)) throw new Error(`${path} answered no object`)
  return data
}

const put = ({ server }: Stage, path: string, body: object) =>
  server.send({ method: 'PUT', path, body })

const whole = (from: JsonObject, name: string): number => Number.parseInt(textIn(from, name), 10)

const PUT_BACK = 'changes a setting for a moment'

const spread: Scenario = {
  types: ['settings.conversions_changed'],
  touches: PUT_BACK,
  play: async function* (stage): Play {
    const path = '/v1/settings/conversions'
    const spread_ppm = whole(await read(stage, path), 'spread_ppm')
    await put(stage, path, { spread_ppm: spread_ppm === 0 ? 1 : spread_ppm - 1 })
    try {
      yield { type: 'settings.conversions_changed' }
    } finally {
      await put(stage, path, { spread_ppm })
    }
  },
}

const fees: Scenario = {
  types: ['settings.payout_fees_changed'],
  touches: PUT_BACK,
  play: async function* (stage): Play {
    const path = '/v1/settings/payout-fees'
    const before = await read(stage, path)
    const parts_per_million = whole(before, 'parts_per_million')
    const usual = {
      fixed_usd: textIn(before, 'fixed_usd'),
      minimum_usd: textIn(before, 'minimum_usd'),
      parts_per_million,
    }
    const other = { ...usual, parts_per_million: parts_per_million === 0 ? 1 : 0 }
    await put(stage, path, other)
    try {
      yield { type: 'settings.payout_fees_changed' }
    } finally {
      await put(stage, path, usual)
    }
  },
}

const confirmations: Scenario = {
  types: ['settings.confirmations_changed'],
  touches: 'credits small deposits of BNB early for a moment, and late ones afterwards',
  play: async function* (stage): Play {
    const path = '/v1/settings/confirmations'
    const of = { currency: 'BNB', network: 'BSC' }
    await put(stage, path, { ...of, confirmed_below: '0.001' })
    try {
      yield { type: 'settings.confirmations_changed' }
    } finally {
      await put(stage, path, { ...of, confirmed_below: '0' })
    }
  },
}

/** What happens when settings are changed. */
export const settingScenarios: readonly Scenario[] = [spread, fees, confirmations]
