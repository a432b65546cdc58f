import type { AppError } from '../../errors/app-error.ts'
import type { Units, AssetId } from '../../money/units.ts'
import { units } from '../../money/units.ts'
import type { Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { inDbTx, type Queryable } from '../../shell/db.ts'
import type { Batch } from '../batch.ts'
import { sumBatch } from '../batch.store.ts'
import type { BatchSum } from '../batch.ts'
import { createPayouts, type CreateCtx } from '../create-payouts.action.ts'
import type { PayoutOrder } from '../payout-request.ts'
import { readBatchPayouts } from '../payout.store.ts'
import {
  judgeOrder,
  type PrepareCtx,
  type PreparedOrder,
  type RowProblem,
} from '../prepare-payouts.action.ts'
import type { FileRow } from './file-row.ts'
import type { RowResult } from './results.ts'

/** What paying a file needs. */
export type FileCtx = PrepareCtx & CreateCtx & Pick<ShellCtx, 'db'>

/** What a file would do. */
export type FileCheck =
  | Readonly<{ kind: 'refused'; problems: readonly RowProblem[] }>
  | Readonly<{ kind: 'new'; prepared: PreparedOrder; totals: readonly FileTotal[] }>
  /** It was begun before, under the same run. */
  | Readonly<{ kind: 'begun'; batch: Batch; totals: readonly FileTotal[] }>

/** Payouts of one asset together. */
export type FileTotal = Readonly<{
  asset: AssetId
  count: number
  units: Units
  feeUnits: Units
  netUnits: Units
}>

/**
 * Looks at every row before anything is reserved for one.
 *
 * @throws payouts.external_id_reused when the file's run names another content; what keeps fee
 *   quotes from being made: rates.rate_unavailable, chain.unreachable
 */
export async function checkFile(ctx: FileCtx, book: Book, order: PayoutOrder): Promise<FileCheck> {
  const judged = await judgeOrder(ctx, book, order)
  if (judged.kind === 'refused') return judged
  const { prepared } = judged
  switch (prepared.kind) {
    case 'new':
      return { kind: 'new', prepared, totals: totalsOf(prepared.payouts) }
    case 'known_batch': {
      const { batch } = prepared
      return { kind: 'begun', batch, totals: await totalsOfBatch(ctx.db, book, batch) }
    }
    case 'known_payout':
      throw new Error('a file is a batch, however few rows it has')
  }
}

type Counted = Readonly<{ asset: AssetId; units: Units; feeUnits: Units; netUnits: Units }>

function totalsOf(
  payouts: readonly Readonly<Omit<Counted, 'asset'> & { asset: Readonly<{ id: AssetId }> }>[],
): readonly FileTotal[] {
  return sumByAsset(payouts.map((one) => ({ ...one, asset: one.asset.id, count: 1 })))
}

async function totalsOfBatch(
  db: Queryable,
  { bookId }: Book,
  { batchId }: Batch,
): Promise<readonly FileTotal[]> {
  return sumByAsset(await sumBatch(db, bookId, batchId))
}

function sumByAsset(all: readonly FileTotal[]): readonly FileTotal[] {
  return [...Map.groupBy(all, (one) => one.asset)].map(([asset, own]) => {
    const sum = (pick: (one: FileTotal) => bigint): Units =>
      units(own.reduce((total, one) => total + pick(one), 0n))
    return {
      asset,
      count: own.reduce((total, one) => total + one.count, 0),
      units: sum((one) => one.units),
      feeUnits: sum((one) => one.feeUnits),
      netUnits: sum((one) => one.netUnits),
    }
  })
}

/**
 * Begins all payouts of a file, or none: whoever is killed meanwhile has begun none, and whoever
 * begins them a second time is given those of the first.
 *
 * @throws ledger.insufficient_balance, and what the policy refuses
 */
export async function beginFile(ctx: FileCtx, book: Book, prepared: PreparedOrder): Promise<Batch> {
  const created = await inDbTx(ctx, (dbTx) => createPayouts(ctx, dbTx, { book, prepared }))
  if (created.kind !== 'batch') throw new Error('a file is a batch, however few rows it has')
  return created.batch
}

/** How far the payouts of a file are, by state and asset. */
export const progressOf = (
  db: Queryable,
  { bookId }: Book,
  { batchId }: Batch,
): Promise<readonly BatchSum[]> => sumBatch(db, bookId, batchId)

/** What came of each row of a file that was begun. */
export async function resultsOf(
  db: Queryable,
  { bookId }: Book,
  { rows, batch }: Readonly<{ rows: readonly FileRow[]; batch: Batch }>,
): Promise<readonly RowResult[]> {
  const payouts = await readBatchPayouts(db, bookId, batch.batchId)
  return rows.map((row, place) => ({ row, payout: payouts[place], refusal: undefined }))
}

/** What came of each row of a file of which nothing was begun. */
export function refusedResults(
  rows: readonly FileRow[],
  problems: readonly RowProblem[],
): readonly RowResult[] {
  const refusals = new Map(problems.map(({ index, refusal }) => [index, refusal]))
  return rows.map((row, place) => {
    const refusal = refusals.get(place)
    return { row, payout: undefined, refusal: refusal && told(refusal) }
  })
}

const told = ({ code, message }: AppError) => ({ code, message })
