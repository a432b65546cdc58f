import type { Book, BookId, Environment } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'

type Row = Readonly<{
  book_id: BookId
  org_id: string
  environment: Environment
  clock_offset_ms: number
}>

/** The book with this id. */
export async function readBook(db: Queryable, bookId: BookId): Promise<Book> {
  const rows = await db.query<Row>(
    'select book_id, org_id, environment, clock_offset_ms from book where book_id = $1',
    [bookId],
  )
  if (rows[0] === undefined) throw new Error(`there is no book ${bookId}`)
  return bookOf(rows[0])
}

/** Some book of a realm: that one itself, or any of the environment. */
export async function anyBookOf(db: Queryable, realm: string): Promise<Book | undefined> {
  const rows = await db.query<Row>(
    `select book_id, org_id, environment, clock_offset_ms from book
     where book_id = $1 or environment = $1 limit 1`,
    [realm],
  )
  return rows[0] === undefined ? undefined : bookOf(rows[0])
}

/** The hardened account under which a book's keys lie. */
export async function readDerivationAccount(db: Queryable, bookId: BookId): Promise<number> {
  const rows = await db.query<{ derivation_account: number }>(
    'select derivation_account from book where book_id = $1',
    [bookId],
  )
  if (rows[0] === undefined) throw new Error(`there is no book ${bookId}`)
  return rows[0].derivation_account
}

const bookOf = (row: Row): Book => ({
  bookId: row.book_id,
  orgId: row.org_id,
  environment: row.environment,
  clockOffsetMs: row.clock_offset_ms,
})
