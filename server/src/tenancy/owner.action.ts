import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import { readOwner } from './person.store.ts'

/** Who owns an organization, and where mail reaches him. */
export type Owner = Readonly<{ personId: string; email: string }>

/** The owner of an organization; absent where nobody is. */
export async function ownerOf(
  ctx: Pick<ShellCtx, 'sealer'>,
  db: Queryable,
  orgId: string,
): Promise<Owner | undefined> {
  const row = await readOwner(db, orgId)
  if (row === undefined) return undefined
  return { personId: row.person_id, email: ctx.sealer.open('person.email', row.sealed_email) }
}

/** Where the mail of a sandbox without an owner goes; all of it is caught. */
const NOBODY = 'owner@sandbox.localhost'

/** Where a book's mail goes; absent where there is nobody, or no server that would take it. */
export function mailAddressOf(
  { config }: Pick<ShellCtx, 'config'>,
  { environment }: Pick<Book, 'environment'>,
  owner: Owner | undefined,
): string | undefined {
  if (environment === 'test') return owner?.email ?? NOBODY
  return config.smtpUrl === '' ? undefined : owner?.email
}
