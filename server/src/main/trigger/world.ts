import { textIn } from '../server/members.ts'
import { openedPayment } from './payments.ts'
import { behave, mine, pay, posted, type Play, type Scenario } from './stage.ts'

// What happens around: nodes that lie, endpoints that come and go.

const lied: Scenario = {
  types: ['chain.crediting_halted', 'chain.crediting_resumed'],
  touches: "lets the sandbox's Bitcoin node invent a deposit",
  play: async function* (stage): Play {
    await behave(stage, 'Bitcoin', { lie: 'transfers' })
    try {
      const { address, amount } = await openedPayment(stage)
      await pay(stage, { address, amount })
      await mine(stage, 1)
      const object = textIn(yield { type: 'chain.crediting_halted' }, 'object_id')
      await behave(stage, 'Bitcoin', { lie: 'none' })
      await posted(stage, '/v1/sandbox/chains/resume', { currency: 'BTC' })
      yield { type: 'chain.crediting_resumed', object }
    } finally {
      await behave(stage, 'Bitcoin', { lie: 'none' })
    }
  },
}

const endpoint: Scenario = {
  types: ['webhook_endpoint.disabled', 'webhook_endpoint.enabled', 'webhook_endpoint.deleted'],
  play: async function* (stage): Play {
    const { server, name } = stage
    // It wants nothing that happens here, so nothing is sent there.
    const body = { url: `http://127.0.0.1/${name}`, events: ['payout_destination.removed'] }
    const object = textIn(await posted(stage, '/v1/webhook-endpoints', body), 'id')
    const path = `/v1/webhook-endpoints/${object}`
    try {
      await server.send({ method: 'PATCH', path, body: { enabled: false } })
      yield { type: 'webhook_endpoint.disabled', object }
      await server.send({ method: 'PATCH', path, body: { enabled: true } })
      yield { type: 'webhook_endpoint.enabled', object }
    } finally {
      await server.send({ method: 'DELETE', path })
    }
    yield { type: 'webhook_endpoint.deleted', object }
  },
}

const rotated: Scenario = {
  types: ['webhook_key.created'],
  touches: 'gives the sandbox another ed25519 key; the one before counts for a day',
  play: async function* (stage): Play {
    await posted(stage, '/v1/webhook-keys/rotate', {})
    yield { type: 'webhook_key.created' }
  },
}

/** What happens to nodes and to endpoints. */
export const worldScenarios: readonly Scenario[] = [lied, endpoint, rotated]
