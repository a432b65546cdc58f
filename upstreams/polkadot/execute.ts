import type { StandInTx, Wanted } from './extrinsic.ts'
import { addressOf, type Happening } from './runtime.ts'

/** What every account has, less what it was granted from nowhere. */
export type Accounts = ReadonlyMap<string, Readonly<{ free: bigint; nonce: bigint }>>

/** What became of an extrinsic, or of what the runtime did by itself: its events. */
export type Executed = Readonly<{
  tx: StandInTx | undefined
  happenings: readonly Happening[]
}>

/** What a block begins with. */
export type Beginning = Readonly<{
  accountOf: (account: string) => Readonly<{ free: bigint; nonce: bigint }>
  before: Accounts
  grants: ReadonlyMap<string, bigint>
  candidates: readonly StandInTx[]
  arriving: readonly Readonly<{ account: string; amount: bigint }>[]
  existentialDeposit: bigint
}>

const BASE_FEE = 10_000_000n
const FEE_PER_BYTE = 10_000n

/** What an extrinsic of so many bytes costs, without a tip. */
export const feeOfLength = (bytes: number): bigint => BASE_FEE + FEE_PER_BYTE * BigInt(bytes)

/** What an extrinsic costs, its tip included. */
export const feeOf = (tx: StandInTx): bigint => feeOfLength(tx.hex.length / 2 - 1) + tx.tip

const DISPATCH_INFO = {
  weight: { refTime: 1_000, proofSize: 100 },
  class: 'Normal',
  paysFee: 'Yes',
}
const SUCCESS = [DISPATCH_INFO]
const FAILURE = [{ Token: 'FundsUnavailable' }, DISPATCH_INFO]

/** Everything that can be mined now, in the order of each sender's nonces. */
export function execute(
  beginning: Beginning,
): Readonly<{ executed: readonly Executed[]; accounts: Accounts }> {
  const accounts = new Map(beginning.before)
  const executed: Executed[] = []
  const free = (account: string): bigint =>
    (accounts.get(account)?.free ?? 0n) + (beginning.grants.get(account) ?? 0n)
  const nonce = (account: string): bigint => accounts.get(account)?.nonce ?? 0n
  const add = (account: string, amount: bigint): void => {
    const before = accounts.get(account) ?? { free: 0n, nonce: 0n }
    accounts.set(account, { ...before, free: before.free + amount })
  }
  for (const { account, amount } of beginning.arriving) {
    add(account, amount)
    const args = [addressOf(account), amount]
    const minted = { extrinsic: undefined, section: 'balances', method: 'Minted', args }
    executed.push({ tx: undefined, happenings: [minted] })
  }
  const left = [...beginning.candidates]
  const isNext = (tx: StandInTx): boolean =>
    tx.nonce === nonce(tx.sender) && free(tx.sender) >= feeOf(tx)
  let place = 0
  for (let at = left.findIndex(isNext); at >= 0; at = left.findIndex(isNext)) {
    for (const tx of left.splice(at, 1)) {
      place += 1
      const fee = feeOf(tx)
      accounts.set(tx.sender, {
        free: (accounts.get(tx.sender)?.free ?? 0n) - fee,
        nonce: tx.nonce + 1n,
      })
      const moves = movesOf(tx, free, beginning.existentialDeposit)
      for (const { to, amount } of moves ?? []) {
        add(tx.sender, -amount)
        add(to, amount)
      }
      executed.push({ tx, happenings: happenings(place, { tx, fee, moves }) })
    }
  }
  return { executed, accounts }
}

type Move = Readonly<{ to: string; amount: bigint }>

/** What an extrinsic moves; undefined when it fails, which undoes all of it. */
function movesOf(
  tx: StandInTx,
  free: (account: string) => bigint,
  existentialDeposit: bigint,
): readonly Move[] | undefined {
  const moves: Move[] = []
  let has = free(tx.sender)
  for (const { to, amount: wanted, keepAlive } of tx.wanted) {
    const amount = wanted === 'all' ? has - (keepAlive ? existentialDeposit : 0n) : wanted
    const arrived = sumTo(moves, to)
    has -= amount
    const least = keepAlive ? existentialDeposit : 0n
    if (amount < 0n || has < least) return undefined
    if (free(to) + arrived + amount < existentialDeposit) return undefined
    moves.push({ to, amount })
  }
  return moves
}

const sumTo = (moves: readonly Move[], to: string): bigint =>
  moves.reduce((sum, move) => (move.to === to ? sum + move.amount : sum), 0n)

type Outcome = Readonly<{ tx: StandInTx; fee: bigint; moves: readonly Move[] | undefined }>

function happenings(extrinsic: number, { tx, fee, moves }: Outcome): readonly Happening[] {
  const from = addressOf(tx.sender)
  const event = (section: string, method: string, ...args: readonly unknown[]): Happening => ({
    extrinsic,
    section,
    method,
    args,
  })
  const transfers = (moves ?? []).flatMap(({ to, amount }: Wanted | Move) => [
    event('balances', 'Transfer', from, addressOf(to), amount),
    ...(tx.isBatch ? [event('utility', 'ItemCompleted')] : []),
  ])
  return [
    event('balances', 'Withdraw', from, fee),
    ...transfers,
    ...(tx.isBatch && moves !== undefined ? [event('utility', 'BatchCompleted')] : []),
    event('transactionPayment', 'TransactionFeePaid', from, fee, tx.tip),
    moves === undefined
      ? event('system', 'ExtrinsicFailed', ...FAILURE)
      : event('system', 'ExtrinsicSuccess', ...SUCCESS),
  ]
}
