import type { Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Payout } from './payout.ts'
import type { Unsupplied } from './supply.ts'

// Every change of a payout after it was written.

/** Payouts of one book. The caller holds their locks. */
export type PayoutsOf = Readonly<{ bookId: BookId; payoutIds: readonly string[] }>

/** They wait for somebody first. */
export async function writeWaiting(dbTx: DbTx, of: PayoutsOf): Promise<void> {
  await dbTx.query(
    `update payout set status = 'pending_verification', due_at = null
     where book_id = $1 and payout_id = any($2::text[])`,
    [of.bookId, of.payoutIds],
  )
}

/** They go on. */
export async function writeProcessing(dbTx: DbTx, of: PayoutsOf, dueAt: Instant): Promise<void> {
  await dbTx.query(
    `update payout set status = 'processing', due_at = $3
     where book_id = $1 and payout_id = any($2::text[])`,
    [of.bookId, of.payoutIds, new Date(dueAt)],
  )
}

/** They are called back. */
export async function writeCanceled(
  dbTx: DbTx,
  of: PayoutsOf,
  { problem, at }: Readonly<{ problem: string; at: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update payout set status = 'canceled', problem = $3, ended_at = $4, due_at = null,
       waits_for = null
     where book_id = $1 and payout_id = any($2::text[])`,
    [of.bookId, of.payoutIds, problem, new Date(at)],
  )
}

/** They wait for what the treasury lacks, or for what went wrong; they are looked at again. */
export async function writeHeldUp(
  db: Queryable,
  of: PayoutsOf,
  held: Unsupplied & Readonly<{ dueAt: Instant }>,
): Promise<void> {
  await db.query(
    `update payout set problem = $3, waits_for = $4, due_at = $5, tries = 0
     where book_id = $1 and payout_id = any($2::text[]) and due_at is not null`,
    [of.bookId, of.payoutIds, held.problem, held.waitsFor, new Date(held.dueAt)],
  )
}

/** How a payout ended on its chain. */
export type ChainEnd = Readonly<{
  status: 'completed' | 'failed'
  problem: string | undefined
  txHash: string | undefined
  /** What the chain took for it. */
  networkFee: Units | undefined
  at: Instant
}>

/** It ended on its chain. */
export async function writeChainEnd(
  dbTx: DbTx,
  of: Pick<Payout, 'bookId' | 'payoutId' | 'netUnits' | 'feeUnits'>,
  end: ChainEnd,
): Promise<void> {
  await dbTx.query(
    `update payout set status = $3, problem = $4, tx_hash = $5, network_fee = $6, ended_at = $7,
       net_units = $8, fee_units = $9
     where book_id = $1 and payout_id = $2`,
    [
      of.bookId,
      of.payoutId,
      end.status,
      end.problem ?? null,
      end.txHash ?? null,
      end.networkFee ?? null,
      new Date(end.at),
      of.netUnits,
      of.feeUnits,
    ],
  )
}
