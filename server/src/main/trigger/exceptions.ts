import { textIn } from '../server/members.ts'
import { openedPayment } from './payments.ts'
import {
  behave,
  FINAL,
  mine,
  pay,
  posted,
  STRANGER,
  times,
  type Happening,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// Too much comes, and it is decided what becomes of it.

async function tooMuch(stage: Stage, usd = '100'): Promise<Happening> {
  const { address, amount } = await openedPayment(stage, { usd })
  await pay(stage, { address, amount: times(amount, 3n), confirmations: FINAL })
  return { type: 'exception.opened' }
}

const decided: Scenario = {
  types: ['exception.opened', 'exception.resolved'],
  play: async function* (stage): Play {
    const object = textIn(yield await tooMuch(stage), 'object_id')
    await posted(stage, `/v1/exceptions/${object}/accept`, {})
    yield { type: 'exception.resolved', object }
  },
}

const refunded: Scenario = {
  types: ['refund.created', 'refund.sending', 'refund.sent'],
  play: async function* (stage): Play {
    const id = textIn(yield await tooMuch(stage), 'object_id')
    await posted(stage, `/v1/exceptions/${id}/refund`, { address: STRANGER.bitcoin })
    const object = textIn(yield { type: 'refund.created' }, 'object_id')
    yield { type: 'refund.sending', object }
    yield { type: 'refund.sent', object, meanwhile: () => mine(stage, FINAL) }
  },
}

const tooSmall: Scenario = {
  types: ['refund.waiting'],
  play: async function* (stage): Play {
    // What comes is worth less than sending it back costs.
    const id = textIn(yield await tooMuch(stage, '0.3'), 'object_id')
    await posted(stage, `/v1/exceptions/${id}/refund`, { address: STRANGER.bitcoin })
    yield { type: 'refund.waiting' }
  },
}

const refused: Scenario = {
  types: ['refund.failed'],
  touches: "lets the sandbox's Bitcoin node refuse transactions for a moment",
  play: async function* (stage): Play {
    const id = textIn(yield await tooMuch(stage), 'object_id')
    await behave(stage, 'Bitcoin', { refuse_broadcasts: true })
    try {
      await posted(stage, `/v1/exceptions/${id}/refund`, { address: STRANGER.bitcoin })
      yield { type: 'refund.failed' }
    } finally {
      await behave(stage, 'Bitcoin', { refuse_broadcasts: false })
    }
  },
}

/** What becomes of coins that came otherwise than they were asked for. */
export const exceptionScenarios: readonly Scenario[] = [decided, refunded, tooSmall, refused]
