import type { DbTx, Queryable } from '../shell/db.ts'
import { numberArray, textArray } from './array-literal.ts'
import {
  inLockOrder,
  type Draft,
  type DraftAccount,
  type DraftLine,
  type DraftTransfer,
} from './draft.ts'
import { WRITE_LOCKED, WRITE_LOCKED_IF_NEW, WRITE_OPEN } from './write-statement.store.ts'

/** Writes a draft that nobody has checked against the books; any surprise fails all of it. */
export async function writeUnchecked(db: Queryable, draft: Draft): Promise<void> {
  await db.query(WRITE_OPEN, parametersOf(draft))
}

/** Writes a draft that was decided under the accounts' locks; an id taken meanwhile is 23505. */
export async function writeLocked(dbTx: DbTx, draft: Draft): Promise<void> {
  await dbTx.query(WRITE_LOCKED, parametersOf(draft))
}

/** The same for a draft of one entry, but an id taken meanwhile fails nothing and writes nothing. */
export async function writeLockedIfNew(dbTx: DbTx, draft: Draft): Promise<'written' | 'id_taken'> {
  const [row] = await dbTx.query<{ written: number }>(WRITE_LOCKED_IF_NEW, parametersOf(draft))
  return row?.written === 1 ? 'written' : 'id_taken'
}

function parametersOf(draft: Draft): readonly unknown[] {
  const accounts = inLockOrder(draft.accounts)
  const numbers = new Map(accounts.map((one, index) => [one, index + 1]))
  const holds = draft.transfers.some((one) => one.resolved.kind !== 'posted')
  const changes = accounts.map((one) => one.change)
  return [
    new Date(draft.now),
    textArray(accounts.map((one) => one.account.bookId)),
    textArray(accounts.map((one) => one.account.accountId)),
    textArray(accounts.map((one) => one.account.asset)),
    numberArray(changes.map((one) => one.posted)),
    holds ? numberArray(changes.map((one) => one.pendingDebits)) : NOTHING,
    holds ? numberArray(changes.map((one) => one.pendingCredits)) : NOTHING,
    numberArray(accounts.map((one) => one.lines)),
    accounts.length,
    ...entryParameters(draft),
    ...transferParameters(draft.transfers, holds),
    ...lineParameters(
      draft.transfers.map((one) => one.debit),
      numbers,
      holds,
    ),
    ...lineParameters(
      draft.transfers.map((one) => one.credit),
      numbers,
      holds,
    ),
    ...unsealedParameters(draft),
  ]
}

// An array that is shorter than the others is filled up with nulls, which count as 0.
const NOTHING = '{}'

function entryParameters({ entries, now }: Draft): readonly string[] {
  const dated = entries.some((one) => one.effectiveAt !== now)
  return [
    textArray(entries.map((one) => one.prepared.bookId)),
    textArray(entries.map((one) => one.entryId)),
    textArray(entries.map((one) => one.prepared.externalId)),
    textArray(entries.map((one) => one.prepared.operation)),
    textArray(entries.map((one) => one.prepared.factsText)),
    dated ? textArray(entries.map((one) => new Date(one.effectiveAt).toISOString())) : NOTHING,
  ]
}

function transferParameters(
  transfers: readonly DraftTransfer[],
  holds: boolean,
): readonly string[] {
  return [
    textArray(transfers.map((one) => one.entry.entryId)),
    numberArray(transfers.map((one) => one.transfer)),
    textArray(transfers.map((one) => one.resolved.kind)),
    numberArray(transfers.map((one) => one.resolved.units)),
    holds ? numberArray(transfers.map((one) => one.resolved.moved)) : NOTHING,
    holds ? numberArray(transfers.map((one) => one.resolved.held)) : NOTHING,
    holds ? textArray(transfers.map((one) => one.resolved.hold?.entryId)) : NOTHING,
    holds ? numberArray(transfers.map((one) => one.resolved.hold?.transfer)) : NOTHING,
  ]
}

function lineParameters(
  lines: readonly DraftLine[],
  numbers: ReadonlyMap<DraftAccount, number>,
  holds: boolean,
): readonly string[] {
  return [
    numberArray(lines.map((one) => numbers.get(one.account))),
    numberArray(lines.map((one) => one.step)),
    numberArray(lines.map((one) => one.change.posted)),
    holds ? numberArray(lines.map((one) => one.change.pendingDebits)) : NOTHING,
    holds ? numberArray(lines.map((one) => one.change.pendingCredits)) : NOTHING,
  ]
}

function unsealedParameters({ entries }: Draft): readonly string[] {
  const byBook = Map.groupBy(entries, (one) => one.prepared.bookId)
  const batches = [...byBook].map(([bookId, own]) => ({
    bookId,
    ids: own.map((one) => one.entryId),
  }))
  return [
    textArray(batches.map((one) => one.bookId)),
    textArray(batches.map((one) => one.ids[0])),
    textArray(batches.map((one) => textArray(one.ids))),
  ]
}
