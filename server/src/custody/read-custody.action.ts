import type { ChainId } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { readBook } from './book.store.ts'
import type { Chains } from './chains.ts'
import type { DepositProgress } from './deposit-progress.ts'
import { readProgress } from './deposit-progress.store.ts'
import {
  depositOf,
  findDeposits,
  findDepositsOfTx,
  lockAllOfTx,
  type DepositRecord,
} from './deposit.store.ts'
import type { AddressOwner, Deposit } from './deposit.ts'
import { readWatches, type ChainWatch } from './watch.store.ts'

/** The book with this id, with its clock as it is now. */
export const bookById = (db: Queryable, bookId: BookId): Promise<Book> => readBook(db, bookId)

/** What was told of the deposits to an owner's addresses, in the order they were seen. */
export async function depositsOf(
  db: Queryable,
  bookId: BookId,
  owner: AddressOwner,
): Promise<readonly Deposit[]> {
  return (await findDeposits(db, { bookId, owner })).flatMap(told)
}

/** What was told of the deposits of one chain transaction. */
export async function depositsOfTx(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; txHash: string }>,
): Promise<readonly Deposit[]> {
  return (await findDepositsOfTx(db, of)).flatMap(told)
}

/**
 * The same, locked until the dbTx ends: none of them becomes final meanwhile, nor one that is about
 * to be booked for the first time.
 */
export async function lockDepositsOfTx(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; chain: ChainId; txHash: string }>,
): Promise<readonly Deposit[]> {
  return (await lockAllOfTx(dbTx, of)).flatMap(told)
}

const told = (record: DepositRecord): readonly Deposit[] =>
  record.level === undefined ? [] : [depositOf(record, record.level)]

/** The chains of a book as they are watched, with how far they are and what is wrong with them. */
export const watchesOf = (
  db: Queryable,
  chains: Chains,
  book: Book,
): Promise<readonly ChainWatch[]> =>
  readWatches(
    db,
    chains.list(book).map(({ realm, adapter }) => ({ realm, chain: adapter.chain })),
  )

/** The newest block that each chain of a book was seen to have. */
export async function latestHeights(
  db: Queryable,
  chains: Chains,
  book: Book,
): Promise<ReadonlyMap<ChainId, number>> {
  const watches = await watchesOf(db, chains, book)
  return new Map(watches.map((one) => [one.chain, one.latestHeight]))
}

/**
 * How often a deposit is confirmed: its own block counts as 1, no block as 0.
 * @param latest of `latestHeights`
 */
export function confirmationsOf(
  { chain, block }: Pick<Deposit, 'chain' | 'block'>,
  latest: ReadonlyMap<ChainId, number>,
): number {
  if (block === undefined) return 0
  return Math.max(1, (latest.get(chain) ?? block.height) - block.height + 1)
}

/** How far deposits are on their way to being credited, by their ids. */
export async function depositProgress(
  db: Queryable,
  bookId: BookId,
  depositIds: readonly string[],
): Promise<ReadonlyMap<string, DepositProgress>> {
  const found = await readProgress(db, bookId, depositIds)
  return new Map(found.map((one) => [one.depositId, one]))
}
