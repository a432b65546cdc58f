import { objectsIn, textIn } from '../server/members.ts'
import { codeOf } from './mails.ts'
import {
  behave,
  FINAL,
  fund,
  mine,
  posted,
  STRANGER,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// Payouts that are asked for together.

const bitcoin = (amount: string) => ({ amount, currency: 'BTC', address: STRANGER.bitcoin })
const binance = { amount: '0.1', currency: 'BNB', address: STRANGER.evm }

const begin = async (stage: Stage, destinations: readonly object[]): Promise<string> =>
  textIn(await posted(stage, '/v1/payouts/mass', { destinations }), 'id')

const sent: Scenario = {
  types: ['payout_batch.created', 'payout_batch.completed'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    const object = await begin(stage, [bitcoin('0.01'), bitcoin('0.02')])
    yield { type: 'payout_batch.created', object }
    const meanwhile = () => mine(stage, FINAL)
    yield { type: 'payout_batch.completed', object, meanwhile }
  },
}

const verified: Scenario = {
  types: ['payout_batch.processing'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.5')
    const object = await begin(stage, [bitcoin('0.2'), bitcoin('0.2')])
    const body = { otp_code: await codeOf(stage, object) }
    await posted(stage, `/v1/payouts/${object}/verify`, body)
    yield { type: 'payout_batch.processing', object }
  },
}

const canceled: Scenario = {
  types: ['payout_batch.canceled'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.5')
    const object = await begin(stage, [bitcoin('0.2'), bitcoin('0.2')])
    const { data } = await stage.server.get('/v1/payouts', { batch_id: object })
    for (const one of objectsIn(data)) {
      await posted(stage, `/v1/payouts/${textIn(one, 'id')}/cancel`, {})
    }
    yield { type: 'payout_batch.canceled', object }
  },
}

const refused: Scenario = {
  types: ['payout_batch.failed'],
  touches: "lets the sandbox's Bitcoin node refuse transactions for a moment",
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    await behave(stage, 'Bitcoin', { refuse_broadcasts: true })
    try {
      const object = await begin(stage, [bitcoin('0.01'), bitcoin('0.02')])
      yield { type: 'payout_batch.failed', object }
    } finally {
      await behave(stage, 'Bitcoin', { refuse_broadcasts: false })
    }
  },
}

const partly: Scenario = {
  types: ['payout_batch.partially_completed'],
  touches: "lets the sandbox's Bitcoin node refuse transactions for a moment",
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    await fund(stage, 'BNB', '1')
    await behave(stage, 'Bitcoin', { refuse_broadcasts: true })
    try {
      const object = await begin(stage, [bitcoin('0.01'), binance])
      const meanwhile = () => mine(stage, FINAL, 'BSC')
      yield { type: 'payout_batch.partially_completed', object, meanwhile }
    } finally {
      await behave(stage, 'Bitcoin', { refuse_broadcasts: false })
    }
  },
}

/** What happens to payouts that are asked for together. */
export const batchScenarios: readonly Scenario[] = [sent, verified, canceled, refused, partly]
