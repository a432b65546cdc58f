import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import { availableIn } from './decide.ts'
import { noSums, type Sums } from './draft.ts'
import type { EntryRows, LineRow } from './entry-rows.ts'
import { badAccount, badEntry, badLine, badTransfer, type Finding } from './finding.ts'
import type { AccountId, Side } from './transfer.ts'

/** The columns of an account that its lines must lead to. */
export type ReplayedAccount = Sums &
  Readonly<{
    version: number
    bookedAt: Instant
    asset: string
    normalSide: Side
    overdraft: 'refused' | 'allowed'
  }>

/** A line with its account, and what its entry and transfer say. */
export type LineFacts = Readonly<{
  bookId: BookId
  line: LineRow
  account: ReplayedAccount | undefined
  /** When the entry was made, and of what asset the transfer is; undefined without those rows. */
  createdAt: Instant | undefined
  asset: string | undefined
}>

/** How far an account has been replayed. */
export type Replay = Readonly<{
  bookId: BookId
  accountId: AccountId
  account: ReplayedAccount
  seq: number
  sums: Sums
  bookedAt: Instant
}>

/** A line's time does not follow from its entry's: one of the two was touched. */
export type Misdated = Readonly<{ kind: 'misdated'; bookedAt: Instant }>

/**
 * Adds a line to the replay of its account, from nothing at its first.
 *
 * @param before the replay of the same account so far
 */
export function replayLine(
  before: Replay | undefined,
  facts: LineFacts,
): Replay | Finding | Misdated {
  const { bookId, line, account } = facts
  if (account === undefined) {
    return badAccount(bookId, line.accountId, `it has line ${line.seq} and is not there`)
  }
  const seq = (before?.seq ?? 0) + 1
  if (line.seq !== seq) {
    const differs = `it is not there: line ${line.seq} comes after ${seq - 1}`
    return badLine(bookId, { accountId: line.accountId, seq }, differs)
  }
  const sums = addLine(before?.sums ?? noSums, line)
  const bookedAt = Math.max(before?.bookedAt ?? 0, facts.createdAt ?? line.bookedAt)
  const differs = lineProblem(line, account, sums)
  if (differs !== undefined) return badLine(bookId, line, differs)
  if (facts.asset !== account.asset) {
    return badTransfer(
      bookId,
      line,
      `it is of ${facts.asset}, its accounts are of ${account.asset}`,
    )
  }
  if (line.bookedAt !== bookedAt) return { kind: 'misdated', bookedAt }
  return { bookId, accountId: line.accountId, account, seq, sums, bookedAt }
}

function addLine(sums: Sums, line: LineRow): Sums {
  const isDebit = line.side === 'debit'
  return {
    posted: sums.posted + line.units,
    pendingDebits: sums.pendingDebits + (isDebit ? line.held : 0n),
    pendingCredits: sums.pendingCredits + (isDebit ? 0n : line.held),
  }
}

function lineProblem(line: LineRow, account: ReplayedAccount, sums: Sums): string | undefined {
  if (line.posted !== sums.posted) return `posted is ${line.posted}, the lines give ${sums.posted}`
  if (line.pendingDebits !== sums.pendingDebits) {
    return `pending_debits is ${line.pendingDebits}, the lines give ${sums.pendingDebits}`
  }
  if (line.pendingCredits !== sums.pendingCredits) {
    return `pending_credits is ${line.pendingCredits}, the lines give ${sums.pendingCredits}`
  }
  if (line.normalSide !== account.normalSide) return `normal_side is not that of its account`
  if (line.overdraft !== account.overdraft) return `overdraft is not that of its account`
  const flags = { normal: line.normalSide, overdraft: line.overdraft }
  const isOverdrawn = line.overdraft === 'refused' && availableIn({ ...sums, flags }) < 0n
  return isOverdrawn ? 'it overdraws its account' : undefined
}

/**
 * Whose time was touched: where all lines of the entry agree on theirs, the entry's.
 *
 * @param entry the entry of the line, with all its lines
 */
export function blameTime(
  { bookId, line }: LineFacts,
  expected: Instant,
  entry: EntryRows | undefined,
): Finding {
  const lines = entry?.transfers.flatMap((one) => [one.debit, one.credit]) ?? []
  const isShared = entry !== undefined && lines.every((one) => one?.bookedAt === line.bookedAt)
  const differs = `booked_at of its line ${line.accountId} ${line.seq} is ${line.bookedAt}`
  if (isShared) {
    return badEntry(bookId, entry.entryId, `created_at is ${entry.createdAt}, ${differs}`)
  }
  return badLine(bookId, line, `booked_at is ${line.bookedAt}, it was booked at ${expected}`)
}

/** Compares an account with its last line. */
export function checkReplayed(replay: Replay): Finding | undefined {
  const { account, sums } = replay
  const rows = [
    ['version', account.version, replay.seq],
    ['posted', account.posted, sums.posted],
    ['pending_debits', account.pendingDebits, sums.pendingDebits],
    ['pending_credits', account.pendingCredits, sums.pendingCredits],
    ['booked_at', account.bookedAt, replay.bookedAt],
  ] as const
  const differing = rows.filter(([, has, lines]) => has !== lines)
  const [first] = differing
  if (first === undefined) return undefined
  const [column, has, lines] = first
  // A later version with other sums: it is the lines that are missing, not the account that lies.
  if (account.version > replay.seq && differing.length > 1) {
    const missing = { accountId: replay.accountId, seq: replay.seq + 1 }
    return badLine(replay.bookId, missing, `it is not there: its account is at ${account.version}`)
  }
  const differs = `${column} is ${has}, its lines give ${lines}`
  return badAccount(replay.bookId, replay.accountId, differs)
}
