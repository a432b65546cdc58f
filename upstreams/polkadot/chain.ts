import { u8aToHex } from '@polkadot/util'
import { blake2AsU8a } from '@polkadot/util-crypto'
import { execute, feeOf, type Accounts, type Executed } from './execute.ts'
import type { StandInTx } from './extrinsic.ts'
import { GENESIS } from './runtime.ts'

/** A block of the stand-in with the state after it. */
export type StandInBlock = Readonly<{
  number: number
  hash: string
  parentHash: string
  /** In hexadecimal; the first is one that no account signed. */
  extrinsics: readonly string[]
  executed: readonly Executed[]
  accounts: Accounts
}>

/** A JSON-RPC error as nodes answer it. */
export type Refusal = Readonly<{ code: number; message: string; data?: string }>

/** A chain that is played: blocks come when they are asked for, and never by themselves. */
export type PolkadotChain = Readonly<{
  existentialDeposit: bigint
  best: () => StandInBlock
  finalized: () => StandInBlock
  byNumber: (number: number) => StandInBlock | undefined
  byHash: (hash: string) => StandInBlock | undefined
  waiting: () => readonly StandInTx[]
  accountAt: (block: StandInBlock, account: string) => Readonly<{ free: bigint; nonce: bigint }>
  /** A node's verdict; an extrinsic that it takes waits. */
  submit: (tx: StandInTx) => Refusal | undefined
  mine: (blocks: number) => void
  /** Replaces the last blocks by as many; what they held waits again and is mined, but `drop`. */
  reorg: (depth: number, drop: readonly string[]) => void
  drop: (hash: string) => void
  /** Gives an account coins from nowhere, as if it had had them since the first block. */
  grant: (account: string, amount: bigint) => void
  /** Coins arrive from another chain in the next block, minted by no extrinsic. */
  arrive: (account: string, amount: bigint) => void
  /** The next block sets a runtime in force after it that nobody can read. */
  upgrade: () => void
  isUpgraded: (block: StandInBlock) => boolean
}>

const FIRST_BLOCKS = 20
const FINALITY_LAG = 6

/** The extrinsic with which a block's author tells the time: 2 bytes of call, a compact number. */
const timestamp = (number: number): string =>
  u8aToHex(
    Uint8Array.of(0x20, 0x04, 0x03, 0x00, 0x02 | ((number & 0x3f) << 2), 0x01, 0x00, 0x01, 0x00),
  )

const invalid = (data: string): Refusal => ({ code: 1010, message: 'Invalid Transaction', data })

/** Starts a chain of some empty blocks. */
export function createPolkadotChain(existentialDeposit: bigint): PolkadotChain {
  const genesis: StandInBlock = {
    number: 0,
    hash: GENESIS,
    parentHash: `0x${'00'.repeat(32)}`,
    extrinsics: [],
    executed: [],
    accounts: new Map(),
  }
  const blocks: StandInBlock[] = [genesis]
  const waiting = new Map<string, StandInTx>()
  const grants = new Map<string, bigint>()
  let arriving: readonly Readonly<{ account: string; amount: bigint }>[] = []
  let upgradedFrom = Number.POSITIVE_INFINITY
  let made = 0

  const best = (): StandInBlock => blocks.at(-1) ?? genesis
  const accountAt: PolkadotChain['accountAt'] = ({ accounts }, account) => {
    const { free, nonce } = accounts.get(account) ?? { free: 0n, nonce: 0n }
    return { free: free + (grants.get(account) ?? 0n), nonce }
  }
  /** The block with which an extrinsic's era began, seen from the next block. */
  const eraBlock = ({ period, phase }: StandInTx): StandInBlock | undefined => {
    const next = best().number + 1
    return blocks[Math.floor((Math.max(next, phase) - phase) / period) * period + phase]
  }
  const isInTime = (tx: StandInTx): boolean => {
    const began = eraBlock(tx)
    return began !== undefined && tx.verifies(began.hash)
  }
  const mineOne = (): void => {
    const parent = best()
    for (const tx of waiting.values()) if (!isInTime(tx)) waiting.delete(tx.hash)
    const done = execute({
      accountOf: (account) => accountAt(parent, account),
      before: parent.accounts,
      grants,
      candidates: [...waiting.values()],
      arriving,
      existentialDeposit,
    })
    arriving = []
    for (const { tx } of done.executed) if (tx !== undefined) waiting.delete(tx.hash)
    made += 1
    const number = parent.number + 1
    const hash = u8aToHex(blake2AsU8a(`block ${made} at ${number}`))
    const signed = done.executed.flatMap(({ tx }) => (tx === undefined ? [] : [tx.hex]))
    const extrinsics = [timestamp(number), ...signed]
    blocks.push({ number, hash, parentHash: parent.hash, extrinsics, ...done })
  }
  const mine = (count: number): void => {
    for (let mined = 0; mined < count; mined += 1) mineOne()
  }
  mine(FIRST_BLOCKS)

  return {
    existentialDeposit,
    best,
    finalized: () => blocks[Math.max(0, blocks.length - 1 - FINALITY_LAG)] ?? genesis,
    byNumber: (number) => blocks[number],
    byHash: (hash) => blocks.find((block) => block.hash === hash),
    waiting: () => [...waiting.values()],
    accountAt,
    submit: (tx) => {
      const { free, nonce } = accountAt(best(), tx.sender)
      if (waiting.has(tx.hash)) return { code: 1013, message: 'Transaction is already imported' }
      if (!isInTime(tx)) return invalid('Transaction has a bad signature')
      if (tx.nonce < nonce) return invalid('Transaction is outdated')
      if (free - feeOf(tx) < existentialDeposit) {
        return invalid('Inability to pay some fees (e.g. account balance too low)')
      }
      const rival = [...waiting.values()].find(
        (one) => one.sender === tx.sender && one.nonce === tx.nonce,
      )
      if (rival !== undefined && tx.tip <= rival.tip) {
        const data =
          'The transaction has too low priority to replace another transaction already in the pool.'
        return { code: 1014, message: 'Priority is too low', data }
      }
      if (rival !== undefined) waiting.delete(rival.hash)
      waiting.set(tx.hash, tx)
      return undefined
    },
    mine,
    reorg: (depth, drop) => {
      const gone = blocks.splice(blocks.length - depth, depth)
      const orphans = gone.flatMap((block) => block.executed.flatMap(({ tx }) => tx ?? []))
      const others = [...waiting.values()]
      waiting.clear()
      for (const tx of [...orphans, ...others]) {
        if (!drop.includes(tx.hash)) waiting.set(tx.hash, tx)
      }
      mine(depth)
    },
    drop: (hash) => void waiting.delete(hash),
    grant: (account, amount) => {
      grants.set(account, (grants.get(account) ?? 0n) + amount)
    },
    arrive: (account, amount) => {
      arriving = [...arriving, { account, amount }]
    },
    upgrade: () => {
      upgradedFrom = best().number + 1
    },
    isUpgraded: ({ number }) => number >= upgradedFrom,
  }
}
