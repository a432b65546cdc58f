import { AppError } from '../errors/app-error.ts'
import type { Environment } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { booksOf } from './organization.store.ts'
import { findOwner } from './person.store.ts'
import { beginTotp, confirmTotp } from './totp.action.ts'
import type { TotpKey } from './totp.store.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'sealer'>

/** Whose authenticator, and in which book of the organization. */
export type OwnerIn = Readonly<{ email: string; environment: Environment }>

/**
 * Begins to enrol an owner's authenticator for one of his books; one before it counts no longer.
 *
 * @returns what the app reads, shown this once
 * @throws tenancy.owner_unknown
 */
export const beginOwnerTotp = async (ctx: Ctx, owner: OwnerIn): Promise<string> =>
  beginTotp(ctx, await keyOf(ctx, owner), owner.email)

/** Confirms it by its first code. @throws tenancy.owner_unknown, tenancy.totp_code_wrong */
export async function confirmOwnerTotp(ctx: Ctx, owner: OwnerIn, code: string): Promise<void> {
  const fits = await confirmTotp(ctx, await keyOf(ctx, owner), code)
  if (!fits) throw new AppError('tenancy.totp_code_wrong', {})
}

async function keyOf(ctx: Ctx, { email, environment }: OwnerIn): Promise<TotpKey> {
  const hash = ctx.sealer.lookupHash('person.email', email.toLowerCase())
  const owner = await findOwner(ctx.db, hash)
  if (owner === undefined) throw new AppError('tenancy.owner_unknown', {})
  const books = await booksOf(ctx.db, owner.org_id)
  const book = books.find((one) => one.environment === environment)
  if (book === undefined) throw new Error(`an organization has no ${environment} book`)
  return { bookId: book.bookId, personId: owner.person_id }
}
