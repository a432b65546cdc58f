import { createHash } from 'node:crypto'
import type { Reason, StandInTx, StxMove } from './transaction.ts'

/** A transaction in a block: whether it did what it was made for, and what it moved. */
export type Executed = Readonly<{
  tx: StandInTx
  status: 'success' | 'abort_by_response'
  moves: readonly StxMove[]
}>

/** What every address has, and how many transactions it made. */
type Accounts = ReadonlyMap<string, Readonly<{ balance: bigint; nonce: bigint }>>

/** A block of the stand-in with the state after it. */
export type StandInBlock = Readonly<{
  height: number
  hash: string
  indexHash: string
  parentIndexHash: string
  txs: readonly Executed[]
  accounts: Accounts
}>

/** A chain that is played: blocks come when they are asked for, and never by themselves. */
export type StacksChain = Readonly<{
  blocks: () => readonly StandInBlock[]
  waiting: () => readonly StandInTx[]
  /** Why a transaction that waited is gone, by its id. */
  dropped: (txId: string) => string | undefined
  mined: (txId: string) => Readonly<{ block: StandInBlock; executed: Executed }> | undefined
  balanceAt: (block: StandInBlock, address: string) => bigint
  nonceAt: (block: StandInBlock, address: string) => bigint
  /** A node's verdict; a transaction that it takes waits. Repeating what waits is accepted. */
  submit: (tx: StandInTx) => Reason | undefined
  mine: (blocks: number) => void
  /** Replaces the last blocks by as many; what they held waits again and is mined, but `drop`. */
  reorg: (depth: number, drop: readonly string[]) => void
  drop: (txId: string) => void
  /** Gives an address coins from nowhere, as if it had had them since the first block. */
  grant: (address: string, amount: bigint) => void
}>

const FIRST_HEIGHT = 10
const CHAINING_MAX = 25n

const digest = (...parts: readonly (string | number)[]): string =>
  `0x${createHash('sha256').update(parts.join('|')).digest('hex')}`

/** Starts a chain of a few empty blocks. */
export function createStacksChain(): StacksChain {
  const blocks: StandInBlock[] = []
  const waiting = new Map<string, StandInTx>()
  const dropped = new Map<string, string>()
  const grants = new Map<string, bigint>()
  let made = 0

  const tip = (): StandInBlock => blocks.at(-1) ?? genesis
  const balanceAt: StacksChain['balanceAt'] = ({ accounts }, address) =>
    (accounts.get(address)?.balance ?? 0n) + (grants.get(address) ?? 0n)
  const nonceAt: StacksChain['nonceAt'] = ({ accounts }, address) =>
    accounts.get(address)?.nonce ?? 0n

  const mineOne = (): void => {
    const parent = tip()
    const { txs, accounts } = execute(parent, [...waiting.values()], grants)
    for (const { tx } of txs) waiting.delete(tx.txId)
    made += 1
    const height = parent.height + 1
    const hash = digest('block', made, height)
    const indexHash = digest('index', hash)
    const parentIndexHash = parent.indexHash
    blocks.push({ height, hash, indexHash, parentIndexHash, txs, accounts })
  }
  const mine = (count: number): void => {
    for (let mined = 0; mined < count; mined += 1) mineOne()
  }
  mine(FIRST_HEIGHT)

  return {
    blocks: () => blocks,
    waiting: () => [...waiting.values()],
    dropped: (txId) => dropped.get(txId),
    mined: (txId) => {
      for (const block of blocks.toReversed()) {
        const executed = block.txs.find(({ tx }) => tx.txId === txId)
        if (executed !== undefined) return { block, executed }
      }
      return undefined
    },
    balanceAt,
    nonceAt,
    submit: (tx) => {
      if (waiting.has(tx.txId)) return undefined
      const facts = { balance: balanceAt(tip(), tx.sender), nonce: nonceAt(tip(), tx.sender) }
      const rival = [...waiting.values()].find(
        (one) => one.sender === tx.sender && one.nonce === tx.nonce,
      )
      const reason = verdict(tx, { ...facts, rival })
      if (reason !== undefined) return reason
      if (rival !== undefined) {
        waiting.delete(rival.txId)
        dropped.set(rival.txId, 'dropped_replace_by_fee')
      }
      dropped.delete(tx.txId)
      waiting.set(tx.txId, tx)
      return undefined
    },
    mine,
    reorg: (depth, drop) => {
      const gone = blocks.splice(blocks.length - depth, depth)
      const orphans = gone.flatMap((block) => block.txs.map(({ tx }) => tx))
      const others = [...waiting.values()]
      waiting.clear()
      for (const tx of [...orphans, ...others]) {
        if (drop.includes(tx.txId)) dropped.set(tx.txId, 'dropped_stale_garbage_collect')
        else waiting.set(tx.txId, tx)
      }
      mine(depth)
    },
    drop: (txId) => {
      if (waiting.delete(txId)) dropped.set(txId, 'dropped_stale_garbage_collect')
    },
    grant: (address, amount) => {
      grants.set(address, (grants.get(address) ?? 0n) + amount)
    },
  }
}

const genesis: StandInBlock = {
  height: 0,
  hash: digest('genesis'),
  indexHash: digest('index', 'genesis'),
  parentIndexHash: digest('nothing'),
  txs: [],
  accounts: new Map(),
}

/** The rules of a stacks-node's mempool. */
function verdict(
  tx: StandInTx,
  at: Readonly<{ balance: bigint; nonce: bigint; rival: StandInTx | undefined }>,
): Reason | undefined {
  if (tx.moves.some(({ amount }) => amount === 0n)) return 'TransferAmountMustBePositive'
  if (tx.moves.some(({ to }) => to === tx.sender)) return 'TransferRecipientIsSender'
  if (tx.fee < BigInt(tx.bytes)) return 'FeeTooLow'
  if (tx.nonce < at.nonce) return 'BadNonce'
  if (tx.nonce > at.nonce + CHAINING_MAX) return 'TooMuchChaining'
  if (at.rival !== undefined && tx.fee <= at.rival.fee) return 'ConflictingNonceInMempool'
  const spends = tx.type === 'token_transfer' ? sumOf(tx.moves) : 0n
  return at.balance < spends + tx.fee ? 'NotEnoughFunds' : undefined
}

const sumOf = (moves: readonly StxMove[]): bigint =>
  moves.reduce((sum, { amount }) => sum + amount, 0n)

/** Everything that can be mined now, in the order of each sender's nonces. */
function execute(
  parent: StandInBlock,
  candidates: readonly StandInTx[],
  grants: ReadonlyMap<string, bigint>,
): Readonly<{ txs: readonly Executed[]; accounts: Accounts }> {
  const accounts = new Map(parent.accounts)
  const of = (address: string) => accounts.get(address) ?? { balance: 0n, nonce: 0n }
  const add = (address: string, amount: bigint): void => {
    const { balance, nonce } = of(address)
    accounts.set(address, { balance: balance + amount, nonce })
  }
  const txs: Executed[] = []
  const left = [...candidates]
  const isNext = (tx: StandInTx): boolean => {
    const has = of(tx.sender).balance + (grants.get(tx.sender) ?? 0n)
    const spends = tx.type === 'token_transfer' ? sumOf(tx.moves) : 0n
    return tx.nonce === of(tx.sender).nonce && has >= spends + tx.fee
  }
  for (let place = left.findIndex(isNext); place >= 0; place = left.findIndex(isNext)) {
    for (const tx of left.splice(place, 1)) {
      const { balance, nonce } = of(tx.sender)
      accounts.set(tx.sender, { balance: balance - tx.fee, nonce: nonce + 1n })
      const has = balance - tx.fee + (grants.get(tx.sender) ?? 0n)
      const succeeds = has >= sumOf(tx.moves)
      const moves = succeeds ? tx.moves : []
      for (const { to, amount } of moves) {
        add(tx.sender, -amount)
        add(to, amount)
      }
      txs.push({ tx, status: succeeds ? 'success' : 'abort_by_response', moves })
    }
  }
  return { txs, accounts }
}
