import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { readDerivationAccount } from './book.store.ts'
import { keyFamilies, type Signer } from './signer.client.ts'
import { insertXpubs, knownFingerprint, readXpubs, type BookXpub } from './xpub.store.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock'> & Readonly<{ signer: Signer }>

/**
 * The account keys of a book, one for each family; asked of the signer at the first time, and read
 * from the database ever after, so that addresses can be made while the signer is away.
 *
 * @throws custody.signer_changed, signer.no_answer, signer.refused
 */
export async function ensureXpubs(
  ctx: Ctx,
  book: Pick<Book, 'bookId'>,
): Promise<readonly BookXpub[]> {
  const known = await readXpubs(ctx.db, book.bookId)
  const missing = keyFamilies.filter((family) => !known.some((one) => one.family === family))
  if (missing.length === 0) return known
  await checkSigner(ctx)
  const account = await readDerivationAccount(ctx.db, book.bookId)
  const xpubs = await Promise.all(
    missing.map(async (family) => ({ family, ...(await ctx.signer.xpub(family, account)) })),
  )
  await inDbTx(ctx, (dbTx) => insertXpubs(dbTx, book.bookId, { xpubs, now: ctx.clock.now() }))
  // Another process may have been first: what the database holds is what counts.
  return readXpubs(ctx.db, book.bookId)
}

/**
 * Makes sure that the signer holds the seed under which addresses were handed out.
 * @throws custody.signer_changed, signer.no_answer
 */
export async function checkSigner(ctx: Pick<Ctx, 'db' | 'signer'>): Promise<void> {
  const known = await knownFingerprint(ctx.db)
  const { fingerprint: found } = await ctx.signer.hello()
  if (known !== undefined && known !== found) {
    throw new AppError('custody.signer_changed', { found, known })
  }
}
