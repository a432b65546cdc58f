import type { BlockRef, Level } from '../chains/contract.ts'
import type { Allocation } from '../ledger/operations.ts'
import type { AssetId, ChainId, Units } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import { isAtLeast, type CreditLevel } from './policy.ts'

/** Whom an address was handed out for. */
export type AddressOwner = Readonly<{ kind: 'payment' | 'wallet' | 'treasury'; id: string }>

/**
 * How far a deposit has come: up as its block is buried, `reverted` when the chain lost it. `final`
 * is credited: as the chain's finality rule says, or earlier where the book's policy does.
 */
export type DepositLevel = Level | 'reverted'

/** Coins that arrived at one of our addresses, as they are booked. */
export type Deposit = Readonly<{
  depositId: string
  bookId: BookId
  chain: ChainId
  asset: AssetId
  address: string
  txHash: string
  index: string
  /** > 0. What arrived; a transfer of another amount is another deposit. */
  units: Units
  level: DepositLevel
  /** The block it rests on; absent while it is `seen` or `reverted`. */
  block: BlockRef | undefined
  owner: AddressOwner
  /** When it was first seen, in the book's time; a fork does not change it. */
  seenAt: Instant
}>

/**
 * A deposit that just came to another level; `before` is absent the first time. Levels may be
 * skipped on the way up. Down there are two ways: `confirmed` and `safe` fall to `seen` (its block
 * is gone, the transfer is not) or to `reverted`; `final` falls to `reverted`, and may rise again.
 */
export type DepositChange = Readonly<{ before: DepositLevel | undefined; deposit: Deposit }>

/**
 * The owner's say, in the dbTx that books the change.
 *
 * @returns the accounts of the deposit's coins, summing to its units: when it became `final`, where
 *   they belong; when it was final and is `reverted`, where they are now (none: where they were put
 *   when it became final). Otherwise none.
 */
export type DepositHandler = (
  dbTx: DbTx,
  book: Book,
  change: DepositChange,
) => Promise<readonly Allocation[]>

/** Who has the say about the deposits of each kind of owner. */
export type DepositHandlers = Readonly<Record<AddressOwner['kind'], DepositHandler>>

/** What the chain shows of a transfer; `gone` is in no block and waits nowhere. */
export type Observed =
  | Readonly<{ kind: 'gone' }>
  | Readonly<{ kind: 'seen' }>
  | Readonly<{ kind: 'in block'; block: BlockRef; level: Exclude<Level, 'seen'> }>

/** What was booked and told of a transfer; no level when nothing was yet. */
export type Standing = Readonly<{
  level: DepositLevel | undefined
  block: BlockRef | undefined
}>

/** When a deposit is credited, and whether it may be now. */
export type Crediting = Readonly<{
  /** From this level on its book takes it for final. */
  at: CreditLevel
  /** Nothing stands against it: nodes agree where they have to, and the asset is not halted. */
  isFree: boolean
}>

const HEIGHT_OF_LEVEL = { reverted: 0, seen: 1, confirmed: 2, safe: 3, final: 4 } as const

/**
 * The next change on the way from what is booked to what the chain shows; absent at its end. A
 * transfer that is booked in a block which does not hold it any more is taken back first, whatever
 * block holds it now: its entries rest on that block.
 *
 * `final` is what the book takes for final: what the chain does, or less where its policy says so.
 */
export function nextStanding(
  booked: Standing,
  observed: Observed,
  crediting: Crediting,
): Standing | undefined {
  const { level, block } = booked
  if (block !== undefined && !isIn(block, observed)) {
    const isLost = level === 'final' || observed.kind === 'gone'
    return { level: isLost ? 'reverted' : 'seen', block: undefined }
  }
  switch (observed.kind) {
    case 'gone':
      return level === 'seen' ? { level: 'reverted', block: undefined } : undefined
    case 'seen':
      return level === undefined || level === 'reverted'
        ? { level: 'seen', block: undefined }
        : undefined
    case 'in block': {
      const shown = shownLevel(observed.level, crediting)
      const isHigher = level === undefined || HEIGHT_OF_LEVEL[shown] > HEIGHT_OF_LEVEL[level]
      return isHigher ? { level: shown, block: observed.block } : undefined
    }
  }
}

function shownLevel(level: CreditLevel, { at, isFree }: Crediting): CreditLevel {
  if (isAtLeast(level, at)) return isFree ? 'final' : level === 'final' ? 'safe' : level
  return level
}

/** The level at which a deposit stops that may not be credited yet; absent when none does. */
export const heldBack = (observed: Observed, { at, isFree }: Crediting): CreditLevel | undefined =>
  observed.kind === 'in block' && isAtLeast(observed.level, at) && !isFree ? at : undefined

/** Most changes that `nextStanding` makes of one observation: lost, seen, up. */
export const CHANGES_MAX = 3

const isIn = (block: BlockRef, observed: Observed): boolean =>
  observed.kind === 'in block' &&
  observed.block.hash === block.hash &&
  observed.block.height === block.height
