import { randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { Outbound } from '../shell/outbound/outbound.client.ts'
import { outboundRules } from '../shell/outbound/outbound-url.ts'
import { cancelDeliveries } from './delivery.store.ts'
import { ENDPOINTS_MAX, SECRET_PURPOSE, type Endpoint, type SignatureKind } from './endpoint.ts'
import { deleteEndpoint, endpointsOf, insertEndpoint, replaceSecret } from './endpoint.store.ts'
import { lockLog } from './event.store.ts'
import { tellOfEndpoint } from './tell-of-endpoint.action.ts'
import { ensureWebhookKey } from './webhook-keys.action.ts'

/** What an endpoint is to be. */
export type EndpointWanted = Readonly<{
  url: string
  /** Event types, `payment.*`, or `*`: each checked by `isEventPattern`. */
  events: readonly string[]
  /** The owner's own words, at most 500 characters. */
  description: string
  /** What signs what it gets; absent: a secret. */
  signature?: SignatureKind | undefined
  /** Where a secret signs: one of its own; else the book's. */
  hasOwnSecret: boolean
}>

/** An endpoint as it was made; its secret is shown this once. */
export type NewEndpoint = Readonly<{ endpoint: Endpoint; secret: string | undefined }>

/** One endpoint of a book. */
export type EndpointOf = Readonly<{ book: Book; endpointId: string }>

const SECRET_BYTES = 32
/** How long a replaced secret still signs beside the new one, where nobody says otherwise. */
const ROTATION_MS = 24 * 3_600_000

/**
 * Checks the URL of an endpoint, and resolves its name: before the dbTx that adds it, since a slow
 * name server must not hold a connection. @throws shell.url_refused
 */
export const checkEndpointUrl = (
  ctx: Readonly<{ outbound: Outbound }>,
  book: Book,
  url: string,
): Promise<void> => ctx.outbound.check(url, outboundRules(book.environment))

/**
 * Adds a webhook endpoint whose URL was checked; it gets the events that happen from now on.
 *
 * @throws events.endpoint_exists, events.too_many_endpoints
 */
export async function addEndpoint(
  ctx: Pick<ShellCtx, 'clock' | 'ids' | 'sealer'>,
  dbTx: DbTx,
  { book, signature = 'hmac', ...wanted }: EndpointWanted & Readonly<{ book: Book }>,
): Promise<NewEndpoint> {
  const { bookId } = book
  await lockLog(dbTx, bookId)
  const others = await endpointsOf(dbTx, bookId)
  const same = others.find((one) => one.url === wanted.url)
  if (same !== undefined) {
    throw new AppError('events.endpoint_exists', { endpointId: same.endpointId })
  }
  if (others.length >= ENDPOINTS_MAX) {
    throw new AppError('events.too_many_endpoints', { most: ENDPOINTS_MAX })
  }
  const endpoint: Endpoint = {
    bookId,
    endpointId: ctx.ids.next('whe'),
    createdAt: bookNow(ctx.clock, book),
    disabled: undefined,
    failingSince: undefined,
    ...wanted,
    signature,
    hasOwnSecret: signature === 'hmac' && wanted.hasOwnSecret,
  }
  if (signature === 'ed25519') await ensureWebhookKey(ctx, dbTx, book)
  const secret = endpoint.hasOwnSecret ? newSecret() : undefined
  const sealed = secret === undefined ? undefined : ctx.sealer.seal(SECRET_PURPOSE, secret)
  await insertEndpoint(dbTx, endpoint, sealed)
  return { endpoint, secret }
}

/** The book's endpoints, the oldest first. */
export const listEndpoints = (
  ctx: Pick<ShellCtx, 'db'>,
  book: Book,
): Promise<readonly Endpoint[]> => endpointsOf(ctx.db, book.bookId)

/** An endpoint of the book. @throws events.endpoint_unknown */
export async function findEndpoint(
  db: Queryable,
  { book, endpointId }: EndpointOf,
): Promise<Endpoint> {
  const endpoints = await endpointsOf(db, book.bookId)
  const found = endpoints.find((one) => one.endpointId === endpointId)
  if (found === undefined) throw new AppError('events.endpoint_unknown', { endpointId })
  return found
}

/** Deletes an endpoint; what still waits for it is not sent. @throws events.endpoint_unknown */
export async function removeEndpoint(
  ctx: Pick<ShellCtx, 'clock' | 'ids' | 'sealer' | 'config'>,
  dbTx: DbTx,
  { book, endpointId }: EndpointOf,
): Promise<void> {
  const { bookId } = book
  await lockLog(dbTx, bookId)
  const endpoint = await findEndpoint(dbTx, { book, endpointId })
  await deleteEndpoint(dbTx, bookId, { endpointId, now: bookNow(ctx.clock, book) })
  await cancelDeliveries(dbTx, { bookId, lane: endpointId })
  await tellOfEndpoint(ctx, dbTx, { book, endpoint, what: 'deleted' })
}

/**
 * Gives an endpoint a new secret; one of its own from before signs beside it for a while.
 *
 * @param overlapMs how long: 0 where the old one became known to others
 * @returns the new secret, shown this once
 * @throws events.endpoint_unknown, events.signed_by_key
 */
export async function rotateSecret(
  ctx: Pick<ShellCtx, 'clock' | 'sealer'>,
  dbTx: DbTx,
  { book, endpointId, overlapMs = ROTATION_MS }: EndpointOf & Readonly<{ overlapMs?: number }>,
): Promise<string> {
  const { signature } = await findEndpoint(dbTx, { book, endpointId })
  if (signature === 'ed25519') throw new AppError('events.signed_by_key', { endpointId })
  const secret = newSecret()
  const sealedSecret = ctx.sealer.seal(SECRET_PURPOSE, secret)
  const retiresAt = ctx.clock.now() + overlapMs
  const change = { endpointId, sealedSecret, retiresAt }
  const found = await replaceSecret(dbTx, book.bookId, change)
  if (!found) throw new AppError('events.endpoint_unknown', { endpointId })
  return secret
}

const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
