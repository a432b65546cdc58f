import { units, type Units } from '../money/units.ts'
import type { AccountRef, Hold, ResolvedTransfer } from './draft.ts'
import type { PreparedEntry } from './prepared-entry.ts'
import type { PostRefusal } from './result.ts'
import type { BookId } from '../shell/book.ts'
import type { AccountId, AccountSpec, HoldEnd, Movement, PendingRef } from './transfer.ts'

/** A hold by its book and the name that its entry was given. */
export type HoldRef = Readonly<{ bookId: BookId; pending: PendingRef }>

/** The key of a hold among the holds that a batch names. */
export const holdKey = ({ bookId, pending }: HoldRef): string =>
  `${bookId} ${pending.transfer} ${pending.externalId}`

/** The holds that an entry ends. */
export const holdsEndedBy = (entry: PreparedEntry): readonly HoldRef[] =>
  entry.transfers.flatMap((one) =>
    one.kind === 'post' || one.kind === 'void'
      ? [{ bookId: entry.bookId, pending: one.pending }]
      : [],
  )

/** The transfers of an entry with accounts and amounts filled in from the holds they end. */
export function resolveTransfers(
  entry: PreparedEntry,
  holds: ReadonlyMap<string, Hold>,
): readonly ResolvedTransfer[] | PostRefusal {
  const resolved: ResolvedTransfer[] = []
  for (const [index, transfer] of entry.transfers.entries()) {
    if (transfer.kind !== 'post' && transfer.kind !== 'void') {
      resolved.push(resolveMovement(entry.bookId, transfer))
      continue
    }
    const hold = holds.get(holdKey({ bookId: entry.bookId, pending: transfer.pending }))
    if (hold === undefined) return { kind: 'pending_unknown', transfer: index }
    const wanted = amountPosted(transfer, hold)
    if (wanted > hold.units) {
      return { kind: 'pending_exceeded', transfer: index, held: hold.units, wanted }
    }
    resolved.push(resolveEnd(entry.bookId, transfer, hold))
  }
  return resolved
}

function resolveMovement(bookId: BookId, transfer: Movement): ResolvedTransfer {
  const kind = transfer.kind ?? 'posted'
  const ref = (spec: AccountSpec): AccountRef => ({
    bookId,
    accountId: spec.accountId,
    asset: transfer.asset,
    spec,
  })
  return {
    kind,
    debit: ref(transfer.debit),
    credit: ref(transfer.credit),
    units: transfer.units,
    moved: kind === 'posted' ? transfer.units : units(0n),
    held: kind === 'pending' ? transfer.units : units(0n),
    hold: undefined,
  }
}

function resolveEnd(bookId: BookId, transfer: HoldEnd, hold: Hold): ResolvedTransfer {
  const ref = (accountId: AccountId): AccountRef => ({
    bookId,
    accountId,
    asset: hold.asset,
    spec: undefined,
  })
  const moved = amountPosted(transfer, hold)
  return {
    kind: transfer.kind,
    debit: ref(hold.debit),
    credit: ref(hold.credit),
    units: transfer.kind === 'void' ? hold.units : moved,
    moved,
    held: units(-hold.units),
    hold,
  }
}

const amountPosted = (transfer: HoldEnd, hold: Hold): Units =>
  transfer.kind === 'void' ? units(0n) : (transfer.units ?? hold.units)
