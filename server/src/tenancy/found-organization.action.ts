import { randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import type { Book, Environment } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type Queryable } from '../shell/db.ts'
import { openOrganization, type Organization } from './create-organization.action.ts'
import { findBook } from './find-book.action.ts'
import { allOrganizations, type OrganizationRow } from './organization.store.ts'
import { hashPassword } from './password.ts'
import { insertPerson } from './person.store.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

/** What is asked for: a name, and the owner's e-mail address. */
export type Founding = Readonly<{ name: string; email: string }>

const PASSWORD_BYTES = 18

/**
 * Makes an organization and its owner, to whom the codes of large payouts are mailed.
 *
 * @returns with it the owner's password, which is shown this once
 * @throws tenancy.owner_known
 */
export async function foundOrganization(
  ctx: Ctx,
  { name, email }: Founding,
): Promise<Readonly<{ organization: Organization; password: string }>> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  const passwordHash = await hashPassword(password)
  const address = email.toLowerCase()
  const organization = await inDbTx(ctx, async (dbTx) => {
    const opened = await openOrganization(ctx, dbTx, { orgId: ctx.ids.next('org'), name })
    const isFree = await insertPerson(dbTx, {
      orgId: opened.orgId,
      personId: ctx.ids.next('per'),
      emailHash: ctx.sealer.lookupHash('person.email', address),
      sealedEmail: ctx.sealer.seal('person.email', address),
      ...{ passwordHash, role: 'owner', now: ctx.clock.now() },
    })
    if (!isFree) throw new AppError('tenancy.owner_known', {})
    return opened
  })
  return { organization, password }
}

/** Every organization of this installation, the oldest first. */
export const listOrganizations = (db: Queryable): Promise<readonly OrganizationRow[]> =>
  allOrganizations(db)

/** A book that must be there. @throws tenancy.organization_unknown */
export async function bookOf(
  db: Queryable,
  wanted: Readonly<{ orgId: string; environment: Environment }>,
): Promise<Book> {
  const book = await findBook(db, wanted)
  if (book === undefined) throw new AppError('tenancy.organization_unknown', wanted)
  return book
}
