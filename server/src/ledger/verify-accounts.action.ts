import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { readEntryRows } from './entry-rows.store.ts'
import { badLine, type Finding } from './finding.ts'
import { checkAccount, checkUnusedAccount } from './verify-account.ts'
import {
  blameTime,
  checkReplayed,
  replayLine,
  type LineFacts,
  type Misdated,
  type Replay,
} from './verify-lines.ts'
import { firstMissingLine } from './verify-orphans.store.ts'
import { transferName } from './verify-transfer.ts'
import { accountPage, linePage, unusedAccountPage } from './verify.store.ts'

/** Told how many more rows were gone through. */
export type Advance = (rows: number) => void

/** Checks that every account is what its id, the chart and its lines say. */
export async function verifyAccounts(
  db: Queryable,
  advance: Advance,
): Promise<Finding | undefined> {
  return (
    (await verifyIdentities(db, advance)) ??
    (await blameLine(db, await verifyLines(db, advance))) ??
    (await verifyUnused(db))
  )
}

/** Where a book does not add up: the line that is not there, when a transfer still names it. */
async function blameLine(
  db: Queryable,
  finding: Finding | undefined,
): Promise<Finding | undefined> {
  if (finding === undefined || 'account_id' in finding.key) return finding
  const missing = await firstMissingLine(db)
  if (missing === undefined) return finding
  return badLine(missing.bookId, missing, `it is not there: ${transferName(missing)} names it`)
}

async function verifyIdentities(db: Queryable, advance: Advance): Promise<Finding | undefined> {
  let after = { bookId: '', accountId: '' }
  for (;;) {
    const page = await accountPage(db, after)
    for (const row of page) {
      const finding = checkAccount(row)
      if (finding !== undefined) return finding
    }
    advance(page.length)
    const last = page.at(-1)
    if (last === undefined) return undefined
    after = { bookId: last.bookId, accountId: last.accountId }
  }
}

/** What the lines of a book add up to, by asset; the book after it begins anew. */
type Totals = { bookId: string; units: Map<string, bigint> }

async function verifyLines(db: Queryable, advance: Advance): Promise<Finding | undefined> {
  let replay: Replay | undefined
  const totals: Totals = { bookId: '', units: new Map() }
  for (;;) {
    const page = await linePage(db, {
      bookId: replay?.bookId ?? '',
      accountId: replay?.accountId ?? '',
      seq: replay?.seq ?? 0,
    })
    for (const facts of page) {
      const next = step(replay, facts)
      if ('table' in next) return next
      if ('kind' in next) {
        const [entry] = await readEntryRows(db, facts.bookId, [facts.line.entryId])
        return blameTime(facts, next.bookedAt, entry)
      }
      const unbalanced = addTotal(totals, facts)
      if (unbalanced !== undefined) return unbalanced
      replay = next
    }
    advance(page.length)
    if (page.length === 0) {
      return (replay === undefined ? undefined : checkReplayed(replay)) ?? balanceOfTotals(totals)
    }
  }
}

function step(replay: Replay | undefined, facts: LineFacts): Replay | Finding | Misdated {
  const isSame = replay?.bookId === facts.bookId && replay.accountId === facts.line.accountId
  if (isSame) return replayLine(replay, facts)
  const finding = replay === undefined ? undefined : checkReplayed(replay)
  return finding ?? replayLine(undefined, facts)
}

function addTotal(totals: Totals, { bookId, line, account }: LineFacts): Finding | undefined {
  const finding = totals.bookId === bookId ? undefined : balanceOfTotals(totals)
  if (totals.bookId !== bookId) {
    totals.bookId = bookId
    totals.units.clear()
  }
  const asset = account?.asset ?? ''
  totals.units.set(asset, (totals.units.get(asset) ?? 0n) + line.units)
  return finding
}

function balanceOfTotals({ bookId, units }: Totals): Finding | undefined {
  for (const [asset, sum] of units) {
    if (sum === 0n) continue
    const differs = `credits exceed debits by ${sum} units of ${asset}`
    return { table: 'line', key: { book_id: bookId }, differs }
  }
  return undefined
}

async function verifyUnused(db: Queryable): Promise<Finding | undefined> {
  let after: { bookId: BookId | ''; accountId: string } = { bookId: '', accountId: '' }
  for (;;) {
    const page = await unusedAccountPage(db, after)
    for (const row of page) {
      const finding = checkUnusedAccount(row)
      if (finding !== undefined) return finding
    }
    const last = page.at(-1)
    if (last === undefined) return undefined
    after = last
  }
}
