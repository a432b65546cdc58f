import { textIn } from '../server/members.ts'
import { openedPayment } from './payments.ts'
import {
  behave,
  DAY_S,
  FINAL,
  fork,
  fund,
  mine,
  pay,
  posted,
  STRANGER,
  wait,
  type Play,
  type Scenario,
  type Stage,
} from './stage.ts'

// What happens with coins that are yours: exchanged, gathered, laid aside.

const converted: Scenario = {
  types: ['conversion.completed'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    const body = { from_currency: 'BTC', to_currency: 'USDT', amount: '0.01' }
    const object = textIn(await posted(stage, '/v1/conversions', body), 'id')
    yield { type: 'conversion.completed', object }
  },
}

const setAside: Scenario = {
  types: ['liquidity.moved'],
  play: async function* (stage): Play {
    await fund(stage, 'BTC', '0.1')
    const liquidity = { currency: 'BTC', amount: '0.01' }
    await posted(stage, '/v1/liquidity', { ...liquidity, direction: 'in' })
    try {
      yield { type: 'liquidity.moved' }
    } finally {
      await posted(stage, '/v1/liquidity', { ...liquidity, direction: 'out' })
    }
  },
}

const topUp: Scenario = {
  types: ['treasury.deposit.completed', 'treasury.deposit.reverted'],
  touches: "forks the sandbox's Bitcoin",
  play: async function* (stage): Play {
    const from = await mine(stage, 1)
    const txHash = textIn(await fund(stage, 'BTC', '0.1'), 'tx_hash')
    yield { type: 'treasury.deposit.completed' }
    await fork(stage, { from, drop: [txHash] })
    yield { type: 'treasury.deposit.reverted' }
  },
}

const TETHER = { currency: 'USDT', network: 'BSC' }

/** A deposit that is worth gathering, and the coin that pays for it. */
async function* deposited(stage: Stage) {
  await fund(stage, 'BNB', '1')
  const { object, address, amount } = await openedPayment(stage, { asset: 'USDT_BSC' })
  await pay(stage, { ...TETHER, address, amount, confirmations: FINAL })
  yield { type: 'payment.confirmed', object } as const
}

const swept: Scenario = {
  types: ['sweep.created', 'sweep.completed'],
  play: async function* (stage): Play {
    yield* deposited(stage)
    const object = textIn(await posted(stage, '/v1/sweeps', TETHER), 'id')
    yield { type: 'sweep.created', object }
    yield { type: 'sweep.completed', object, meanwhile: () => mine(stage, FINAL, 'BSC') }
  },
}

const sweepRefused: Scenario = {
  types: ['sweep.failed'],
  touches: "lets the sandbox's BSC node refuse transactions for a moment",
  play: async function* (stage): Play {
    yield* deposited(stage)
    await behave(stage, 'BSC', { refuse_broadcasts: true })
    try {
      const object = textIn(await posted(stage, '/v1/sweeps', TETHER), 'id')
      yield { type: 'sweep.failed', object }
    } finally {
      await behave(stage, 'BSC', { refuse_broadcasts: false })
    }
  },
}

const COLD = { currency: 'BNB', network: 'BSC' }

/** A cold wallet for BNB, in force. */
async function* cold(stage: Stage) {
  await fund(stage, 'BNB', '5')
  const body = { ...COLD, address: STRANGER.evm, keep: '0.5' }
  await stage.server.send({ method: 'PUT', path: '/v1/settings/cold-wallets', body })
  yield { type: 'cold.wallet.changed' } as const
  await wait(stage, DAY_S)
}

const forget = async ({ server }: Stage): Promise<void> => {
  const path = '/v1/settings/cold-wallets'
  await server.send({ method: 'DELETE', path, query: COLD })
}

const BNB_COLD = 'settles a cold wallet for BNB and removes it; moves the clock a day ahead'

const laidAside: Scenario = {
  types: [
    'cold.wallet.changed',
    'cold.transfer.created',
    'cold.transfer.completed',
    'cold.wallet.removed',
  ],
  touches: BNB_COLD,
  play: async function* (stage): Play {
    try {
      yield* cold(stage)
      const object = textIn(await posted(stage, '/v1/sweeps/cold', COLD), 'id')
      yield { type: 'cold.transfer.created', object }
      const meanwhile = () => mine(stage, FINAL, 'BSC')
      yield { type: 'cold.transfer.completed', object, meanwhile }
    } finally {
      await forget(stage)
    }
    yield { type: 'cold.wallet.removed' }
  },
}

const coldRefused: Scenario = {
  types: ['cold.transfer.failed'],
  touches: BNB_COLD,
  play: async function* (stage): Play {
    try {
      yield* cold(stage)
      await behave(stage, 'BSC', { refuse_broadcasts: true })
      const object = textIn(await posted(stage, '/v1/sweeps/cold', COLD), 'id')
      yield { type: 'cold.transfer.failed', object }
    } finally {
      await behave(stage, 'BSC', { refuse_broadcasts: false })
      await forget(stage)
    }
  },
}

const announced: Scenario = {
  types: ['cold.return.announced'],
  play: async function* (stage): Play {
    // Any transaction can be announced; this one brings the treasury nothing.
    const txHash = await pay(stage, { ...COLD, address: STRANGER.evm, amount: '0.001' })
    await posted(stage, '/v1/sweeps/cold/returns', { ...COLD, tx_hash: txHash })
    yield { type: 'cold.return.announced' }
  },
}

/** What happens to coins that are yours. */
export const treasuryScenarios: readonly Scenario[] = [
  topUp,
  converted,
  setAside,
  swept,
  sweepRefused,
  laidAside,
  coldRefused,
  announced,
]
