import { objectsIn, textIn } from '../server/members.ts'
import { codeOf } from './mails.ts'
import {
  behave,
  DAY_S,
  FINAL,
  fund,
  mine,
  posted,
  refusedBroadcast,
  STRANGER,
  wait,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// What goes out, and the rules about it.

const small = {
  amount: '0.01',
  currency: 'BTC',
  destination_address: STRANGER.bitcoin,
}

const sent: Scenario = {
  types: ['payout.created', 'payout.completed'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    const object = textIn(await posted(stage, '/v1/payouts', small), 'id')
    yield { type: 'payout.created', object }
    yield { type: 'payout.completed', object, meanwhile: () => mine(stage, FINAL) }
  },
}

const verified: Scenario = {
  types: ['payout.processing'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.5')
    // From 5 000 dollars on it waits for a code, which is mailed.
    const object = textIn(await posted(stage, '/v1/payouts', { ...small, amount: '0.4' }), 'id')
    await posted(stage, `/v1/payouts/${object}/verify`, { otp_code: await codeOf(stage, object) })
    yield { type: 'payout.processing', object }
  },
}

const canceled: Scenario = {
  types: ['payout.canceled'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.5')
    const object = textIn(await posted(stage, '/v1/payouts', { ...small, amount: '0.4' }), 'id')
    await posted(stage, `/v1/payouts/${object}/cancel`, {})
    yield { type: 'payout.canceled', object }
  },
}

const refused: Scenario = {
  types: ['payout.failed'],
  touches: "lets the sandbox's Bitcoin node refuse transactions for a moment",
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    await behave(stage, 'Bitcoin', { refuse_broadcasts: true })
    try {
      await refusedBroadcast(stage, '/v1/payouts', small)
      yield { type: 'payout.failed' }
    } finally {
      await behave(stage, 'Bitcoin', { refuse_broadcasts: false })
    }
  },
}

/** Proposes the policy that is in force: what is tried changes nothing. */
async function propose({ server }: Stage): Promise<string> {
  const { data } = await server.get('/v1/payout-policy')
  const { limits, approvers, listed_only, cooldown_hours, change_delay_hours } = Object(data)
  const body = { limits, approvers, listed_only, cooldown_hours, change_delay_hours }
  const path = '/v1/payout-policy'
  return textIn((await server.send({ method: 'PUT', path, body })).data, 'id')
}

const changed: Scenario = {
  types: ['payout_policy.change_waiting', 'payout_policy.change_in_force'],
  touches: 'moves the clock of the sandbox a day ahead',
  play: async function* (stage): Play {
    const object = await propose(stage)
    let isDecided = false
    try {
      yield { type: 'payout_policy.change_waiting', object }
      isDecided = true
      await wait(stage, DAY_S)
      yield { type: 'payout_policy.change_in_force', object }
    } finally {
      if (!isDecided) await posted(stage, `/v1/payout-policy/changes/${object}/cancel`, {})
    }
  },
}

const unchanged: Scenario = {
  types: ['payout_policy.change_canceled'],
  play: async function* (stage): Play {
    const object = await propose(stage)
    await posted(stage, `/v1/payout-policy/changes/${object}/cancel`, {})
    yield { type: 'payout_policy.change_canceled', object }
  },
}

const listed: Scenario = {
  types: ['payout_destination.added', 'payout_destination.removed'],
  play: async function* (stage): Play {
    const { server, name } = stage
    const body = { network: 'Bitcoin', address: STRANGER.bitcoin, label: name }
    await dropIfListed(stage, STRANGER.bitcoin)
    const object = textIn(await posted(stage, '/v1/payout-destinations', body), 'id')
    yield { type: 'payout_destination.added', object }
    await server.send({ method: 'DELETE', path: `/v1/payout-destinations/${object}` })
    yield { type: 'payout_destination.removed', object }
  },
}

async function dropIfListed({ server }: Stage, address: string): Promise<void> {
  const { data } = await server.get('/v1/payout-destinations', { limit: 100 })
  for (const one of objectsIn(data)) {
    if (one['address'] !== address) continue
    const path = `/v1/payout-destinations/${textIn(one, 'id')}`
    await server.send({ method: 'DELETE', path })
  }
}

/** What happens to payouts, to the policy and to listed destinations. */
export const payoutScenarios: readonly Scenario[] = [
  sent,
  verified,
  canceled,
  refused,
  changed,
  unchanged,
  listed,
]
