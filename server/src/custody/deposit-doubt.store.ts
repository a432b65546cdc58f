import type { BlockRef } from '../chains/contract.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { DepositKey } from './deposit.store.ts'
import type { CreditLevel } from './policy.ts'

// Deposits that cannot be booked or credited for now.

/** Puts off a deposit that could not be booked, and says so. */
export async function postponeDeposit(
  db: Queryable,
  key: DepositKey,
  until: Readonly<{ dueAt: Instant; problem: string }>,
): Promise<void> {
  await db.query(
    `update deposit set due_at = $3, problem = $4 where book_id = $1 and deposit_id = $2`,
    [key.book_id, key.deposit_id, new Date(until.dueAt), until.problem],
  )
}

/** Takes a deposit off the list, and says why it is not credited. */
export async function parkDeposit(dbTx: DbTx, key: DepositKey, problem: string): Promise<void> {
  await dbTx.query(
    `update deposit set due_at = null, problem = $3 where book_id = $1 and deposit_id = $2`,
    [key.book_id, key.deposit_id, problem],
  )
}

/** Writes down that two nodes show a deposit in a block. */
export async function agreeOnDeposit(
  db: Queryable,
  key: DepositKey,
  agreed: Readonly<{ block: BlockRef; level: CreditLevel }>,
): Promise<void> {
  await db.query(
    `update deposit set agreed_hash = $3, agreed_level = $4
     where book_id = $1 and deposit_id = $2`,
    [key.book_id, key.deposit_id, agreed.block.hash, agreed.level],
  )
}

/** Takes a deposit out of a block that does not hold it after all. */
export async function denyDeposit(
  db: Queryable,
  key: DepositKey,
  { block, now }: Readonly<{ block: BlockRef; now: Instant }>,
): Promise<void> {
  await db.query(
    `update deposit set observed = 'gone', block_height = null, block_hash = null, due_at = $4
     where book_id = $1 and deposit_id = $2 and block_hash = $3`,
    [key.book_id, key.deposit_id, block.hash, new Date(now)],
  )
}
