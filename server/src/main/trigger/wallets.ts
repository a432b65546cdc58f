import { textIn } from '../server/members.ts'
import {
  behave,
  DAY_S,
  FINAL,
  fork,
  mine,
  pay,
  posted,
  refusedBroadcast,
  STRANGER,
  wait,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// A customer's wallet: what comes in, and what is withdrawn.

type Wallet = Readonly<{ object: string; address: string }>

async function opened(stage: Stage): Promise<Wallet> {
  const body = { customer_id: stage.name, currency: 'BTC', network: 'Bitcoin' }
  const made = await posted(stage, '/v1/wallets', body)
  return { object: textIn(made, 'id'), address: textIn(made, 'deposit_address') }
}

const deposited: Scenario = {
  types: [
    'wallet.created',
    'wallet.deposit.pending',
    'wallet.deposit.confirming',
    'wallet.deposit.completed',
  ],
  play: async function* (stage): Play {
    const { object, address } = await opened(stage)
    yield { type: 'wallet.created', object }
    // A replaceable one waits in the mempool until it is mined on purpose.
    await pay(stage, { address, amount: '0.01', kind: 'replaceable' })
    yield { type: 'wallet.deposit.pending', object }
    await mine(stage, 1)
    yield { type: 'wallet.deposit.confirming', object }
    await mine(stage, FINAL)
    yield { type: 'wallet.deposit.completed', object }
  },
}

const reverted: Scenario = {
  types: ['wallet.deposit.reverted'],
  touches: "forks the sandbox's Bitcoin",
  play: async function* (stage): Play {
    const { object, address } = await opened(stage)
    const from = await mine(stage, 1)
    const txHash = await pay(stage, { address, amount: '0.01', confirmations: 1 })
    yield { type: 'wallet.deposit.confirming', object }
    await fork(stage, { from, drop: [txHash] })
    yield { type: 'wallet.deposit.reverted', object }
  },
}

const lost: Scenario = {
  types: ['wallet.deposit.not_found'],
  touches: 'moves the clock of the sandbox a day ahead',
  play: async function* (stage): Play {
    const { object } = await opened(stage)
    const body = { amount: '0.01', tx_hash: 'ab'.repeat(32) }
    await posted(stage, `/v1/wallets/${object}/deposit`, body)
    await wait(stage, DAY_S)
    yield { type: 'wallet.deposit.not_found', object }
  },
}

/** A wallet that holds half a bitcoin. */
async function* filled(
  stage: Stage,
): AsyncGenerator<{ type: 'wallet.deposit.completed'; object: string }, string> {
  const { object, address } = await opened(stage)
  await pay(stage, { address, amount: '0.5', confirmations: FINAL })
  yield { type: 'wallet.deposit.completed', object }
  return object
}

async function withdraw(stage: Stage, wallet: string, amount: string): Promise<string> {
  const body = { amount, recipient_address: STRANGER.bitcoin }
  return textIn(await posted(stage, `/v1/wallets/${wallet}/withdraw`, body), 'id')
}

const withdrawn: Scenario = {
  types: ['wallet.withdrawal.initiated', 'wallet.withdrawal.completed'],
  play: async function* (stage): Play {
    const wallet = yield* filled(stage)
    const object = await withdraw(stage, wallet, '0.01')
    yield { type: 'wallet.withdrawal.initiated', object }
    yield { type: 'wallet.withdrawal.completed', object, meanwhile: () => mine(stage, FINAL) }
  },
}

const calledBack: Scenario = {
  types: ['wallet.withdrawal.created', 'wallet.withdrawal.canceled'],
  play: async function* (stage): Play {
    const wallet = yield* filled(stage)
    // From 5 000 dollars on it waits for a code.
    const object = await withdraw(stage, wallet, '0.4')
    yield { type: 'wallet.withdrawal.created', object }
    await posted(stage, `/v1/payouts/${object}/cancel`, {})
    yield { type: 'wallet.withdrawal.canceled', object }
  },
}

const refused: Scenario = {
  types: ['wallet.withdrawal.failed'],
  touches: "lets the sandbox's Bitcoin node refuse transactions for a moment",
  play: async function* (stage): Play {
    const wallet = yield* filled(stage)
    await behave(stage, 'Bitcoin', { refuse_broadcasts: true })
    try {
      const body = { amount: '0.01', recipient_address: STRANGER.bitcoin }
      await refusedBroadcast(stage, `/v1/wallets/${wallet}/withdraw`, body)
      yield { type: 'wallet.withdrawal.failed' }
    } finally {
      await behave(stage, 'Bitcoin', { refuse_broadcasts: false })
    }
  },
}

/** What happens to wallets. */
export const walletScenarios: readonly Scenario[] = [
  deposited,
  reverted,
  lost,
  withdrawn,
  calledBack,
  refused,
]
