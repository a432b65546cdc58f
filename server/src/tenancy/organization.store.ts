import type { Book, BookId, Environment } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

type BookRow = Readonly<{
  book_id: BookId
  org_id: string
  environment: Environment
  clock_offset_ms: number
}>

/** Writes an organization; false when its id is taken. */
export async function insertOrganization(
  dbTx: DbTx,
  one: Readonly<{ orgId: string; name: string; now: Instant }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into organization (org_id, name, created_at) values ($1, $2, $3)
     on conflict do nothing returning org_id`,
    [one.orgId, one.name, new Date(one.now)],
  )
  return rows.length === 1
}

/** The next derivation account; others who want one wait until this dbTx ends. */
export async function takeDerivationAccount(dbTx: DbTx): Promise<number> {
  const rows = await dbTx.query<{ account: number }>(
    `update derivation_counter set next_account = next_account + 1
     returning next_account - 1 as account`,
  )
  if (rows[0] === undefined) throw new Error('the derivation counter has no row')
  return rows[0].account
}

/** Moves the next derivation account on by so many. */
export async function skipDerivationAccounts(dbTx: DbTx, count: number): Promise<void> {
  await dbTx.query('update derivation_counter set next_account = next_account + $1', [count])
}

/** Writes a book. */
export async function insertBook(
  dbTx: DbTx,
  book: Book & Readonly<{ derivationAccount: number; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into book (book_id, org_id, environment, derivation_account, created_at)
     values ($1, $2, $3, $4, $5)`,
    [book.bookId, book.orgId, book.environment, book.derivationAccount, new Date(book.now)],
  )
}

/** The books of an organization; none when it does not exist. */
export async function booksOf(db: Queryable, orgId: string): Promise<readonly Book[]> {
  const rows = await db.query<BookRow>(
    'select book_id, org_id, environment, clock_offset_ms from book where org_id = $1',
    [orgId],
  )
  return rows.map((row) => ({
    bookId: row.book_id,
    orgId: row.org_id,
    environment: row.environment,
    clockOffsetMs: row.clock_offset_ms,
  }))
}

/** An organization as the operator sees it. */
export type OrganizationRow = Readonly<{ orgId: string; name: string; createdAt: Instant }>

/** Every organization, the oldest first. */
export async function allOrganizations(db: Queryable): Promise<readonly OrganizationRow[]> {
  const rows = await db.query<{ org_id: string; name: string; created_at: Instant }>(
    'select org_id, name, created_at from organization order by created_at, org_id',
  )
  return rows.map((row) => ({ orgId: row.org_id, name: row.name, createdAt: row.created_at }))
}
