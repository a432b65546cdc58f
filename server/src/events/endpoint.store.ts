import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { DisabledReason, Endpoint, SignatureKind } from './endpoint.ts'

type EndpointRow = Readonly<{
  book_id: BookId
  endpoint_id: string
  url: string
  events: string[]
  description: string
  signature: SignatureKind
  has_own_secret: boolean
  created_at: number
  disabled_reason: DisabledReason | null
  disabled_at: number | null
  failing_since: number | null
}>

const endpointOfRow = (row: EndpointRow): Endpoint => ({
  bookId: row.book_id,
  endpointId: row.endpoint_id,
  url: row.url,
  events: row.events,
  description: row.description,
  signature: row.signature,
  hasOwnSecret: row.has_own_secret,
  createdAt: row.created_at,
  disabled:
    row.disabled_reason === null || row.disabled_at === null
      ? undefined
      : { at: row.disabled_at, reason: row.disabled_reason },
  failingSince: row.failing_since ?? undefined,
})

/** The book's endpoints, the oldest first. */
export async function endpointsOf(db: Queryable, bookId: BookId): Promise<readonly Endpoint[]> {
  const rows = await db.query<EndpointRow>(
    `select endpoint.book_id, endpoint_id, url, events, description, created_at, signature,
       sealed_secret is not null as has_own_secret, disabled_reason, disabled_at,
       lane.failing_since
     from webhook_endpoint as endpoint
     left join delivery_lane as lane
       on lane.book_id = endpoint.book_id and lane.lane = endpoint.endpoint_id
     where endpoint.book_id = $1 and deleted_at is null
     order by created_at, endpoint_id`,
    [bookId],
  )
  return rows.map(endpointOfRow)
}

/** Writes an endpoint that was checked. */
export async function insertEndpoint(
  dbTx: DbTx,
  endpoint: Endpoint,
  sealedSecret: Uint8Array | undefined,
): Promise<void> {
  await dbTx.query(
    `insert into webhook_endpoint
       (book_id, endpoint_id, url, events, description, signature, sealed_secret, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      endpoint.bookId,
      endpoint.endpointId,
      endpoint.url,
      endpoint.events,
      endpoint.description,
      endpoint.signature,
      sealedSecret ?? null,
      new Date(endpoint.createdAt),
    ],
  )
}

/** Writes what of an endpoint can be changed: all but its id, secret and beginning. */
export async function updateEndpoint(dbTx: DbTx, endpoint: Endpoint): Promise<void> {
  const { bookId, endpointId, disabled } = endpoint
  await dbTx.query(
    `update webhook_endpoint set url = $3, events = $4, description = $5,
       disabled_reason = $6, disabled_at = $7, signature = $8
     where book_id = $1 and endpoint_id = $2 and deleted_at is null`,
    [
      bookId,
      endpointId,
      endpoint.url,
      endpoint.events,
      endpoint.description,
      disabled?.reason ?? null,
      disabled === undefined ? null : new Date(disabled.at),
      endpoint.signature,
    ],
  )
}

/** Marks an endpoint as deleted. */
export async function deleteEndpoint(
  dbTx: DbTx,
  bookId: BookId,
  one: Readonly<{ endpointId: string; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update webhook_endpoint set deleted_at = $3
     where book_id = $1 and endpoint_id = $2 and deleted_at is null`,
    [bookId, one.endpointId, new Date(one.now)],
  )
}

/** Puts a new secret in place; the one before, if it had its own, signs beside it until then. */
export async function replaceSecret(
  dbTx: DbTx,
  bookId: BookId,
  change: Readonly<{ endpointId: string; sealedSecret: Uint8Array; retiresAt: Instant }>,
): Promise<boolean> {
  const rows = await dbTx.query(
    `update webhook_endpoint set sealed_secret_before = sealed_secret,
       before_retires_at = case when sealed_secret is null then null else $4::timestamptz end,
       sealed_secret = $3
     where book_id = $1 and endpoint_id = $2 and deleted_at is null returning endpoint_id`,
    [bookId, change.endpointId, change.sealedSecret, new Date(change.retiresAt)],
  )
  return rows.length > 0
}
