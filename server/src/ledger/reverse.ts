import { AppError } from '../errors/app-error.ts'
import type { BookedTransfer } from './booked-entry.ts'
import type { Entry, Transfer } from './transfer.ts'

/** An entry as it was asked for, or as it stands in the books. */
export type Reversible = Pick<Entry, 'externalId' | 'facts'> &
  Readonly<{ transfers: readonly (Transfer | BookedTransfer)[] }>

/**
 * The entry that undoes `entry`: the same transfers, last first, sides exchanged, naming it.
 *
 * @throws ledger.not_reversible for an entry that holds or ends a hold: that one is ended instead
 */
export const reverse = (entry: Reversible): Entry => ({
  operation: 'reversal',
  externalId: `${entry.externalId}:reversal`,
  facts: { ...entry.facts, reverses: entry.externalId },
  transfers: entry.transfers.map((one) => reversed(one, entry)).reverse(),
})

function reversed(transfer: Transfer | BookedTransfer, { externalId }: Reversible): Transfer {
  if (transfer.kind !== undefined && transfer.kind !== 'posted') {
    throw new AppError('ledger.not_reversible', { externalId })
  }
  const { debit, credit, asset, units } = transfer
  return { debit: credit, credit: debit, asset, units }
}
