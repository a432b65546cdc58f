import type { Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { blocksToGo, type DepositProgress } from './deposit-progress.ts'
import type { DepositLevel, Observed } from './deposit.ts'
import { creditLevel, type CreditLevel } from './policy.ts'

type Row = Readonly<{
  deposit_id: string
  units: Units
  observed: 'gone' | 'seen' | CreditLevel
  block_height: number | null
  block_hash: string | null
  level: DepositLevel | null
  problem: string | null
  confirmed_below: Units | null
  safe_below: Units | null
  latest_height: number | null
  safe_height: number | null
  final_height: number | null
  watch_problem: string | null
}>

/** How far deposits are, by their ids; unknown ones are left out. */
export async function readProgress(
  db: Queryable,
  bookId: BookId,
  depositIds: readonly string[],
): Promise<readonly DepositProgress[]> {
  const rows = await db.query<Row>(
    `select d.deposit_id, d.units, d.observed, d.block_height, d.block_hash, d.level, d.problem,
       policy.confirmed_below, policy.safe_below, watch.latest_height, watch.safe_height,
       watch.final_height, watch.problem as watch_problem
     from deposit d
     left join confirmation_policy policy on policy.book_id = d.book_id and policy.asset = d.asset
     left join chain_watch watch on watch.realm = d.realm and watch.chain = d.chain
     where d.book_id = $1 and d.deposit_id = any($2::text[])`,
    [bookId, depositIds],
  )
  return rows.map(progressOf)
}

function progressOf(row: Row): DepositProgress {
  const { confirmed_below: confirmedBelow, safe_below: safeBelow } = row
  const isSettled = confirmedBelow !== null && safeBelow !== null
  const creditAt = creditLevel(isSettled ? { confirmedBelow, safeBelow } : undefined, row.units)
  const observed = observedOf(row)
  const { latest_height: latest, safe_height: safe, final_height: final } = row
  const tips =
    latest === null || safe === null || final === null
      ? undefined
      : { latestHeight: latest, safeHeight: safe, finalHeight: final }
  return {
    depositId: row.deposit_id,
    level: row.level ?? undefined,
    block: observed.kind === 'in block' ? observed.block : undefined,
    creditAt,
    toGo: blocksToGo(observed, creditAt, tips),
    problem: row.problem ?? undefined,
    watchProblem: row.watch_problem ?? undefined,
  }
}

function observedOf(row: Row): Observed {
  const { observed, block_height: height, block_hash: hash } = row
  if (observed === 'gone' || observed === 'seen') return { kind: observed }
  if (height === null || hash === null) throw new Error(`${row.deposit_id} is in no block`)
  return { kind: 'in block', block: { height, hash }, level: observed }
}
