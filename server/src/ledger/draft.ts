import { units, type AssetId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { PreparedEntry } from './prepared-entry.ts'
import type { AccountId, AccountSpec, EntryId, Side } from './transfer.ts'

/** An account that a transfer touches, and how to open it; one that holds something is open. */
export type AccountRef = Readonly<{
  bookId: BookId
  accountId: AccountId
  asset: AssetId
  spec: AccountSpec | undefined
}>

/** A hold as it was booked. `ended`: it has been posted or voided. */
export type Hold = Readonly<{
  bookId: BookId
  entryId: EntryId
  transfer: number
  debit: AccountId
  credit: AccountId
  asset: AssetId
  units: Units
  ended: boolean
}>

/** A transfer with its accounts known: for the end of a hold they come from the hold. */
export type ResolvedTransfer = Readonly<{
  kind: 'posted' | 'pending' | 'post' | 'void'
  debit: AccountRef
  credit: AccountRef
  /** What the transfer is of; for `void`, what it frees. */
  units: Units
  /** What both sides' `posted` change by. */
  moved: Units
  /** What both sides' pending sums change by; negative when a hold ends. */
  held: Units
  hold: Hold | undefined
}>

/** The sums of an account, or changes of them. */
export type Sums = Readonly<{ posted: bigint; pendingDebits: bigint; pendingCredits: bigint }>

/** All that a batch changes in one account. */
export type DraftAccount = { account: AccountRef; change: Sums; lines: number }

/** One line, as a difference to what the account is before the batch. */
export type DraftLine = Readonly<{
  account: DraftAccount
  /** 1 for the account's first line in the batch. */
  step: number
  side: Side
  units: Units
  held: Units
  /** The account's change after this line. */
  change: Sums
}>

/** A transfer to be written with its two lines. */
export type DraftTransfer = Readonly<{
  entry: DraftEntry
  transfer: number
  resolved: ResolvedTransfer
  debit: DraftLine
  credit: DraftLine
}>

/** An entry to be written. */
export type DraftEntry = Readonly<{
  entryId: EntryId
  prepared: PreparedEntry
  effectiveAt: Instant
}>

/** Rows to be written together; `now` is when they are booked. */
export type Draft = Readonly<{
  now: Instant
  accounts: Map<string, DraftAccount>
  entries: DraftEntry[]
  transfers: DraftTransfer[]
}>

/** A draft of nothing. */
export const emptyDraft = (now: Instant): Draft => ({
  now,
  accounts: new Map(),
  entries: [],
  transfers: [],
})

/** An account's key as one text; book ids have no spaces. */
export const accountKey = (account: Pick<AccountRef, 'bookId' | 'accountId'>): string =>
  `${account.bookId} ${account.accountId}`

/** Everybody locks accounts in this order, so two writers wait for each other one way only. */
export const inLockOrder = <One>(accounts: ReadonlyMap<string, One>): readonly One[] =>
  [...accounts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, account]) => account)

/** An account that nothing has happened to. */
export const noSums: Sums = { posted: 0n, pendingDebits: 0n, pendingCredits: 0n }

/** What the sums are after one side of a transfer. */
export function afterLine(sums: Sums, side: Side, transfer: ResolvedTransfer): Sums {
  const { posted, pendingDebits, pendingCredits } = sums
  return side === 'debit'
    ? {
        posted: posted - transfer.moved,
        pendingDebits: pendingDebits + transfer.held,
        pendingCredits,
      }
    : {
        posted: posted + transfer.moved,
        pendingDebits,
        pendingCredits: pendingCredits + transfer.held,
      }
}

/** Adds an entry to the draft, with a line on each side of its transfers. */
export function addToDraft(
  draft: Draft,
  entry: DraftEntry,
  transfers: readonly ResolvedTransfer[],
): void {
  draft.entries.push(entry)
  for (const [index, resolved] of transfers.entries()) {
    const debit = addLine(draft, resolved, 'debit')
    const credit = addLine(draft, resolved, 'credit')
    draft.transfers.push({ entry, transfer: index, resolved, debit, credit })
  }
}

function addLine(draft: Draft, transfer: ResolvedTransfer, side: Side): DraftLine {
  const ref = transfer[side]
  const key = accountKey(ref)
  const account = draft.accounts.get(key) ?? { account: ref, change: noSums, lines: 0 }
  draft.accounts.set(key, account)
  account.change = afterLine(account.change, side, transfer)
  account.lines += 1
  return {
    account,
    step: account.lines,
    side,
    units: side === 'debit' ? units(-transfer.moved) : transfer.moved,
    held: transfer.held,
    change: account.change,
  }
}
