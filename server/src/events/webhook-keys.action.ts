import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { appendEvent } from './append-event.ts'
import { lockLog } from './event.store.ts'
import { KEY_ROTATION_MS, keyView, type WebhookKey } from './webhook-key.ts'
import {
  deleteWebhookKeys,
  insertWebhookKey,
  liveWebhookKeys,
  retireWebhookKeys,
} from './webhook-key.store.ts'

type Ctx = Pick<ShellCtx, 'clock' | 'ids' | 'sealer'>

/**
 * The keys by which receivers know a book's messages, the current one first.
 *
 * @param bookId from wherever: there are none of a book that is not there
 */
export async function webhookKeys(
  ctx: Pick<ShellCtx, 'clock'>,
  db: Queryable,
  bookId: string,
): Promise<readonly WebhookKey[]> {
  const live = await liveWebhookKeys(db, { bookId, now: ctx.clock.now() })
  return live.map(({ key }) => key)
}

/** The private halves of the same. */
export async function signingKeys(
  ctx: Pick<ShellCtx, 'clock' | 'sealer'>,
  db: Queryable,
  bookId: BookId,
): Promise<readonly KeyObject[]> {
  const live = await liveWebhookKeys(db, { bookId, now: ctx.clock.now() })
  return live.map(({ key, sealedPrivateKey }) => {
    const text = ctx.sealer.open(purposeOf(bookId, key.keyId), sealedPrivateKey)
    const der = Buffer.from(text, 'base64')
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  })
}

/** Makes the first key of a book that has none. */
export async function ensureWebhookKey(ctx: Ctx, dbTx: DbTx, book: Book): Promise<void> {
  await lockLog(dbTx, book.bookId)
  const live = await liveWebhookKeys(dbTx, { bookId: book.bookId, now: ctx.clock.now() })
  if (live.length === 0) await addKey(ctx, dbTx, book)
}

/**
 * Puts a new key in place, and tells of it. The one before signs beside it for a day, so that
 * nobody has to be faster than that; when it got into other hands, not any more, and receivers that
 * know no other refuse what comes until they have read the new one.
 *
 * @param before what becomes of the key before
 */
export async function rotateWebhookKey(
  ctx: Ctx,
  dbTx: DbTx,
  { book, before }: Readonly<{ book: Book; before: 'signs a day longer' | 'is gone at once' }>,
): Promise<WebhookKey> {
  const { bookId } = book
  await lockLog(dbTx, bookId)
  if (before === 'is gone at once') await deleteWebhookKeys(dbTx, bookId, 'all')
  else await retireWebhookKeys(dbTx, bookId, ctx.clock.now() + KEY_ROTATION_MS)
  return addKey(ctx, dbTx, book)
}

async function addKey(ctx: Ctx, dbTx: DbTx, book: Book): Promise<WebhookKey> {
  const { bookId } = book
  const pair = generateKeyPairSync('ed25519')
  const { x = '' } = pair.publicKey.export({ format: 'jwk' })
  const key: WebhookKey = {
    keyId: ctx.ids.next('whk'),
    publicKey: Buffer.from(x, 'base64url'),
    createdAt: ctx.clock.now(),
    retiresAt: undefined,
  }
  const text = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  const sealedPrivateKey = ctx.sealer.seal(purposeOf(bookId, key.keyId), text)
  await insertWebhookKey(dbTx, bookId, { key, sealedPrivateKey })
  const object = keyView(key)
  await appendEvent(ctx, dbTx, { book, type: 'webhook_key.created', objectId: key.keyId, object })
  return key
}

/** Part of the seal: a private key that is put into another book's row opens nowhere. */
const purposeOf = (bookId: BookId, keyId: string): string =>
  `webhook_key.private_key ${bookId} ${keyId}`
