import { hash } from 'node:crypto'
import { formatDecimal, parseDecimal } from '../../money/decimal.ts'
import type { PayoutAsked, PayoutOrder } from '../payout-request.ts'
import type { FileRow } from './file-row.ts'

/** Who asks for the payouts of a file. */
export const FILE_INITIATOR = 'command_line'

/** Characters of the fingerprint in names: 128 bits. */
const FINGERPRINT_LENGTH = 32

/**
 * What a file is known by: the same bytes are the same file, whatever it is called.
 *
 * @returns 32 hex digits of SHA-256
 */
export const fingerprintOf = (bytes: Uint8Array): string =>
  hash('sha256', bytes, 'hex').slice(0, FINGERPRINT_LENGTH)

/** Which file is paid, and for which time. */
export type FileName = Readonly<{
  fingerprint: string
  /** Tells apart two times that the same file is paid on purpose. */
  run: string
  /** What people call it; another one is another order, and refused under the same run. */
  reference: string | undefined
}>

/**
 * A file's payouts as one batch. Rows without a name of their own get one from the file and their
 * place in it, so that the same file under the same run is the same batch for ever.
 */
export function orderOfFile(rows: readonly FileRow[], name: FileName): PayoutOrder {
  const batchName = `file-${name.fingerprint}-${name.run}`
  return {
    kind: 'payout',
    initiator: FILE_INITIATOR,
    rows: rows.map((row, place) => askedOf(row, `${batchName}-${place + 1}`)),
    batch: { reference: name.reference, externalId: batchName },
  }
}

const askedOf = (row: FileRow, name: string): PayoutAsked => ({
  amount: formatDecimal(parseDecimal(row.amount)),
  currency: row.currency,
  network: row.network,
  quoteId: undefined,
  destination: row.address,
  externalId: row.externalId ?? name,
  customerId: row.customerId,
  metadata: JSON.stringify(row.reference === undefined ? {} : { reference: row.reference }),
  sourceId: undefined,
  source: { purpose: 'merchant.available' },
})
