import { formatUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import type { Payout } from '../payout.ts'
import { csvLine } from './csv.ts'
import type { FileRow } from './file-row.ts'

/** What came of one row. */
export type RowResult = Readonly<{
  row: FileRow
  /** Absent where none was begun. */
  payout: Payout | undefined
  /** Why none was begun: a code of the catalogue, and its sentence. */
  refusal: Readonly<{ code: string; message: string }> | undefined
}>

const HEADER = [
  'line',
  'amount',
  'currency',
  'network',
  'address',
  'external_id',
  'payout_id',
  'status',
  'net_amount',
  'tx_hash',
  'error',
  'message',
] as const

/** Results as CSV: a line for each row of the file, in its order. */
export const resultsText = (results: readonly RowResult[]): string =>
  [HEADER, ...results.map(cellsOf)].map(csvLine).join('')

function cellsOf({ row, payout, refusal }: RowResult): readonly string[] {
  return [
    String(row.line),
    row.amount,
    row.currency,
    row.network ?? '',
    row.address,
    payout?.externalId ?? row.externalId ?? '',
    payout?.payoutId ?? '',
    payout?.status ?? (refusal === undefined ? 'not begun' : 'refused'),
    payout === undefined ? '' : formatUnits(payout.netUnits, knownAsset(payout.asset).decimals),
    payout?.txHash ?? '',
    refusal?.code ?? '',
    refusal?.message ?? payout?.problem ?? '',
  ]
}
