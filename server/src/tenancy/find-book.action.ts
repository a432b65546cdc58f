import type { Book, Environment } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { booksOf } from './organization.store.ts'

/** A book of an organization; absent: there is no such organization. */
export async function findBook(
  db: Queryable,
  { orgId, environment }: Readonly<{ orgId: string; environment: Environment }>,
): Promise<Book | undefined> {
  return (await booksOf(db, orgId)).find((one) => one.environment === environment)
}
