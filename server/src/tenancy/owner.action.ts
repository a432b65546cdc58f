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
