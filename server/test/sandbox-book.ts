import { randomBytes } from 'node:crypto'
import type { BookId } from '../src/shell/book.ts'
import type { Db } from '../src/shell/db.ts'

/** Writes a new organization with its sandbox's book into a test's database. */
export async function sandboxBook({ db }: Readonly<{ db: Db }>): Promise<BookId> {
  const name = randomBytes(8).toString('hex')
  await db.query("insert into organization values ($1, 'A test', to_timestamp(0))", [`org_${name}`])
  const [row] = await db.query<{ book_id: BookId }>(
    `insert into book (book_id, org_id, environment, derivation_account, created_at)
     select $1, $2, 'test', coalesce(max(derivation_account), 0) + 1, to_timestamp(0) from book
     returning book_id`,
    [`book_${name}`, `org_${name}`],
  )
  if (row === undefined) throw new Error('no book was written')
  return row.book_id
}
