import { formatUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import type { PayoutFile, RowFault } from '../../payouts/batch-file/file-row.ts'
import type { FileTotal } from '../../payouts/batch-file/run-file.action.ts'
import type { BatchSum } from '../../payouts/batch.ts'
import type { PayoutStatus } from '../../payouts/payout.ts'
import type { Terminal } from '../terminal.ts'

/** Most faults that are shown one by one: with these mended, the next look shows the others. */
const FAULTS_SHOWN_MAX = 20

/** Shows what is wrong with which rows. */
export function showFaults(terminal: Terminal, faults: readonly RowFault[]): void {
  terminal.table(
    ['line', 'what is wrong'],
    faults.slice(0, FAULTS_SHOWN_MAX).map(({ line, problem }) => [String(line), problem]),
  )
  const more = faults.length - FAULTS_SHOWN_MAX
  if (more > 0) terminal.line(`  … and ${more} more`)
}

/** Shows what a file asks for, in its own words. */
export function showRows(terminal: Terminal, { rows }: PayoutFile): void {
  const named = Map.groupBy(rows, ({ currency, network }) => `${currency} ${network ?? ''}`)
  terminal.table(
    ['payouts', 'currency', 'network'],
    [...named.values()].map((own) => [
      String(own.length),
      own[0]?.currency ?? '',
      own[0]?.network ?? '',
    ]),
  )
}

/** Shows what a file pays out of which asset. */
export function showTotals(terminal: Terminal, totals: readonly FileTotal[]): void {
  terminal.table(
    ['payouts', 'currency', 'network', 'amount', 'fees', 'arrives'],
    totals.map((one) => {
      const { currency, network, decimals } = knownAsset(one.asset)
      const text = (value: bigint): string => formatUnits(units(value), decimals)
      const amounts = [one.units, one.feeUnits, one.netUnits].map(text)
      return [String(one.count), currency, network, ...amounts]
    }),
  )
}

/** How many payouts are in which state. */
export const countsOf = (sums: readonly BatchSum[]): ReadonlyMap<PayoutStatus, number> =>
  new Map(
    [...Map.groupBy(sums, (one) => one.status)].map(([status, own]) => [
      status,
      own.reduce((total, one) => total + one.count, 0),
    ]),
  )

/** Shows how many payouts are in which state. */
export function showCounts(terminal: Terminal, counts: ReadonlyMap<PayoutStatus, number>): void {
  terminal.table(
    ['status', 'payouts'],
    [...counts].map(([status, count]) => [status, String(count)]),
  )
}
