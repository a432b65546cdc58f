import type { Book, BookId, Environment } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import {
  booksOf,
  insertBook,
  insertOrganization,
  takeDerivationAccount,
} from './organization.store.ts'
import { addWebhookSecret } from './webhook-secret.action.ts'

/** An organization with its two books. */
export type Organization = Readonly<{ orgId: string; live: Book; test: Book }>

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

/**
 * Makes an organization with a live and a test book, each with a derivation account of its own
 * and a webhook secret. With the id of one that exists, gives that one unchanged.
 *
 * @param wanted `orgId` for an organization that must be found again; else a new id is given out
 */
export async function createOrganization(
  ctx: Ctx,
  wanted: Readonly<{ name: string; orgId?: string }>,
): Promise<Organization> {
  const orgId = wanted.orgId ?? ctx.ids.next('org')
  return inDbTx(ctx, (dbTx) => openOrganization(ctx, dbTx, { orgId, name: wanted.name }))
}

/** The same in the dbTx of something that belongs to it. */
export async function openOrganization(
  ctx: Omit<Ctx, 'db'>,
  dbTx: DbTx,
  { orgId, name }: Readonly<{ orgId: string; name: string }>,
): Promise<Organization> {
  const isNew = await insertOrganization(dbTx, { orgId, name, now: ctx.clock.now() })
  if (isNew) {
    await openBook(ctx, dbTx, { orgId, environment: 'live' })
    await openBook(ctx, dbTx, { orgId, environment: 'test' })
  }
  const books = await booksOf(dbTx, orgId)
  return { orgId, live: bookIn(books, 'live'), test: bookIn(books, 'test') }
}

async function openBook(
  ctx: Omit<Ctx, 'db'>,
  dbTx: DbTx,
  of: Readonly<{ orgId: string; environment: Environment }>,
): Promise<void> {
  const bookId = newBookId(ctx)
  const derivationAccount = await takeDerivationAccount(dbTx)
  const book = { ...of, bookId, clockOffsetMs: 0, derivationAccount, now: ctx.clock.now() }
  await insertBook(dbTx, book)
  await addWebhookSecret(ctx, dbTx, bookId)
}

/** The only place where the id of a book comes into being. */
const newBookId = (ctx: Pick<Ctx, 'ids'>): BookId => ctx.ids.next('book') as BookId

function bookIn(books: readonly Book[], environment: Environment): Book {
  const book = books.find((one) => one.environment === environment)
  if (book === undefined) throw new Error(`an organization has no ${environment} book`)
  return book
}
