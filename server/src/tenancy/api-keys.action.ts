import { AppError } from '../errors/app-error.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type Queryable } from '../shell/db.ts'
import {
  insertKey,
  keyIsLive,
  keysOf,
  liveApprovers,
  revokeKey,
  updateKeyOptions,
} from './api-key.store.ts'
import { newSecretKey, type ApiKey, type ApiKeyOptions } from './api-key.ts'
import { SECRET_PURPOSE } from './credentials.ts'

/** A key that was just made: the only time its secret is shown. */
export type NewApiKey = Readonly<{ keyId: string; secretKey: string }>

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids' | 'sealer'>

/** Makes an API key of a book; its prefix says the book's environment. */
export async function createApiKey(
  ctx: Ctx,
  book: Pick<Book, 'bookId' | 'environment'>,
  options: ApiKeyOptions & Readonly<{ name: string }>,
): Promise<NewApiKey> {
  const secretKey = newSecretKey(book.environment)
  const keyId = ctx.ids.next('key')
  await inDbTx(ctx, (dbTx) =>
    insertKey(dbTx, {
      bookId: book.bookId,
      keyId,
      name: options.name,
      lookupHash: ctx.sealer.lookupHash(SECRET_PURPOSE, secretKey),
      sealedSecret: ctx.sealer.seal(SECRET_PURPOSE, secretKey),
      lastFour: secretKey.slice(-4),
      demandsSignedReads: options.demandsSignedReads ?? false,
      rateLimitPerMinute: options.rateLimitPerMinute,
      isApprover: options.isApprover ?? false,
      now: ctx.clock.now(),
    }),
  )
  return { keyId, secretKey }
}

/** Ends a key at once, in every process. @throws tenancy.api_key_unknown */
export async function revokeApiKey(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  key: Readonly<{ bookId: BookId; keyId: string }>,
): Promise<void> {
  const found = await inDbTx(ctx, (dbTx) => revokeKey(dbTx, { ...key, now: ctx.clock.now() }))
  if (!found) throw new AppError('tenancy.api_key_unknown', {})
}

/** Replaces what a key's holder may choose again, all of it. @throws tenancy.api_key_unknown */
export async function setApiKeyOptions(
  ctx: Pick<Ctx, 'db'>,
  key: Readonly<{ bookId: BookId; keyId: string }>,
  options: Omit<ApiKeyOptions, 'isApprover'>,
): Promise<void> {
  const found = await inDbTx(ctx, (dbTx) =>
    updateKeyOptions(dbTx, {
      ...key,
      demandsSignedReads: options.demandsSignedReads ?? false,
      rateLimitPerMinute: options.rateLimitPerMinute,
    }),
  )
  if (!found) throw new AppError('tenancy.api_key_unknown', {})
}

/** The keys of a book, newest first, revoked ones included; never their secrets. */
export const listApiKeys = (
  ctx: Pick<Ctx, 'db'>,
  book: Pick<Book, 'bookId'>,
): Promise<readonly ApiKey[]> => keysOf(ctx.db, book.bookId)

/** Whether this secret still opens this book. */
export const opensBook = (
  ctx: Pick<Ctx, 'db' | 'sealer'>,
  book: Pick<Book, 'bookId'>,
  secretKey: string,
): Promise<boolean> =>
  keyIsLive(ctx.db, {
    bookId: book.bookId,
    lookupHash: ctx.sealer.lookupHash(SECRET_PURPOSE, secretKey),
  })

/** The ids of the keys of a book that may approve what others ask for; revoked ones may not. */
export const approversOf = async (db: Queryable, bookId: BookId): Promise<ReadonlySet<string>> =>
  new Set(await liveApprovers(db, bookId))
