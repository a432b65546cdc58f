import type { BookId } from '../shell/book.ts'
import {
  holdEndedBy,
  type LineRow,
  type TransferKey,
  type TransferRow,
  type TransferRows,
} from './entry-rows.ts'
import { badLine, badTransfer, type Finding } from './finding.ts'
import type { Side } from './transfer.ts'

/** A line by its key, for a sentence. */
export const lineName = (line: Pick<LineRow, 'accountId' | 'seq'>): string =>
  `line ${line.accountId} ${line.seq}`

/** A transfer by its key, for a sentence. */
export const transferName = (one: TransferKey): string =>
  `transfer ${one.entryId} ${one.transferNo}`

/**
 * Compares a transfer with its two lines. Where both disagree with it, the transfer is the one to
 * name; where one does, that line.
 *
 * @param hold the transfer that it ends, where it ends one and that is there
 */
export function checkTransfer(
  bookId: BookId,
  transfer: TransferRows,
  hold: TransferRow | undefined,
): Finding | undefined {
  const own = holdProblem(transfer, hold)
  if (own !== undefined) return badTransfer(bookId, transfer, own)
  const debit = lineProblem(transfer, 'debit', hold)
  const credit = lineProblem(transfer, 'credit', hold)
  if (debit !== undefined && credit !== undefined) {
    return badTransfer(bookId, transfer, `neither of its lines fits: ${debit}; ${credit}`)
  }
  if (debit !== undefined) return badLine(bookId, lineKey(transfer, 'debit'), debit)
  if (credit !== undefined) return badLine(bookId, lineKey(transfer, 'credit'), credit)
  return undefined
}

const lineKey = (one: TransferRow, side: Side): Pick<LineRow, 'accountId' | 'seq'> =>
  side === 'debit'
    ? { accountId: one.debitAccountId, seq: one.debitSeq }
    : { accountId: one.creditAccountId, seq: one.creditSeq }

/** What the hold that a transfer ends has against it. */
function holdProblem(transfer: TransferRow, hold: TransferRow | undefined): string | undefined {
  const ends = holdEndedBy(transfer)
  const isEnd = transfer.kind === 'post' || transfer.kind === 'void'
  const isNamed = transfer.pendingEntryId !== null || transfer.pendingTransferNo !== null
  if (!isEnd) return isNamed ? `it is ${transfer.kind}, and names a hold that it ends` : undefined
  if (ends === undefined) return `it is ${transfer.kind}, and names no hold`
  const name = transferName(ends)
  if (hold?.kind !== 'pending') return `it ends ${name}, which is no hold`
  const isSame =
    hold.debitAccountId === transfer.debitAccountId &&
    hold.creditAccountId === transfer.creditAccountId &&
    hold.asset === transfer.asset
  if (!isSame) return `it ends ${name} on other accounts or of another asset`
  const fits =
    transfer.kind === 'void' ? transfer.units === hold.units : transfer.units <= hold.units
  return fits ? undefined : `it is of ${transfer.units} units, ${name} of ${hold.units}`
}

function lineProblem(
  transfer: TransferRows,
  side: Side,
  hold: TransferRow | undefined,
): string | undefined {
  const line = side === 'debit' ? transfer.debit : transfer.credit
  const name = transferName(transfer)
  if (line === undefined) return `${name} has it as its ${side} line, and it is not there`
  const isOwn = line.entryId === transfer.entryId && line.transferNo === transfer.transferNo
  if (!isOwn) return `${name} has it as its ${side} line, and it names ${transferName(line)}`
  if (line.side !== side) return `it is on the ${line.side} side, ${name} has it on the other`
  const expected = expectedChange(transfer, hold)
  if (expected === undefined) return `${name} is of the kind ${transfer.kind}, which there is not`
  const { moved, held } = expected
  const signed = side === 'debit' ? -moved : moved
  if (line.units !== signed) return `it adds ${line.units}, ${name} says ${signed}`
  if (line.held !== held) return `it holds ${line.held}, ${name} says ${held}`
  return undefined
}

function expectedChange(
  transfer: TransferRow,
  hold: TransferRow | undefined,
): Readonly<{ moved: bigint; held: bigint }> | undefined {
  switch (transfer.kind) {
    case 'posted':
      return { moved: transfer.units, held: 0n }
    case 'pending':
      return { moved: 0n, held: transfer.units }
    case 'post':
      return { moved: transfer.units, held: -(hold?.units ?? 0n) }
    case 'void':
      return { moved: 0n, held: -transfer.units }
    default:
      return undefined
  }
}
