import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { DeliveryFilter, DeliveryPlace, ListedDelivery } from './delivery-list.ts'
import { CALLBACK_TARGET } from './endpoint.ts'
import type { DeliveryFailure, DeliveryState } from './delivery.ts'

type ListedRow = Readonly<{
  event_id: string
  target: string
  type: string
  object_id: string
  sequence: number
  created_at: number
  is_test: boolean
  state: DeliveryState
  due_at: number | null
  attempts: number
  last_started_at: number | null
  last_status: number | null
  last_failure: DeliveryFailure | null
}>

/** What a list is made of: SQL of ours over its parameters. */
type Narrowed = Readonly<{ where: string; params: readonly unknown[] }>

// Texts of their own for each filter: a condition that may be absent uses no index.
function narrowed(bookId: BookId, filter: DeliveryFilter): Narrowed {
  const params: unknown[] = [bookId]
  const place = (value: unknown): string => `$${params.push(value)}`
  const { target, state, type, objectId } = filter
  const isStem = type?.endsWith('*') === true
  const conditions = [
    'delivery.book_id = $1',
    ...(target === undefined ? [] : [`delivery.target = ${place(target)}`]),
    ...(state === undefined ? [] : [`delivery.state = ${place(state)}`]),
    ...(state === 'pending' ? ['delivery.due_at is not null'] : []),
    // An endpoint is a lane of its own, and by lanes there is an index of what waits.
    ...(state === 'pending' && target !== undefined && target !== CALLBACK_TARGET
      ? [`delivery.lane = ${place(target)}`]
      : []),
    ...(state === 'failed' || state === 'canceled'
      ? ["delivery.state in ('failed', 'canceled')"]
      : []),
    ...(type === undefined || isStem ? [] : [`event.type = ${place(type)}`]),
    ...(isStem ? [`starts_with(event.type, ${place(type.slice(0, -1))})`] : []),
    ...(objectId === undefined ? [] : [`event.object_id = ${place(objectId)}`]),
  ]
  return { where: conditions.join(' and '), params }
}

const FROM = `delivery join event
  on event.book_id = delivery.book_id and event.event_id = delivery.event_id`

// Nobody pages through more, and a count of millions would take seconds.
const COUNTED_MAX = 100_000

/** How many deliveries there are; what is more than 100,000 counts as that. */
export async function countDeliveries(
  db: Queryable,
  bookId: BookId,
  filter: DeliveryFilter,
): Promise<number> {
  const { where, params } = narrowed(bookId, filter)
  const from = filter.type === undefined && filter.objectId === undefined ? 'delivery' : FROM
  const [row] = await db.query<{ total: number }>(
    `select count(*) as total from (
       select 1 as one from ${from} where ${where} limit $${params.length + 1}) as counted`,
    [...params, COUNTED_MAX],
  )
  return row?.total ?? 0
}

/** A part of a list, the newest first: what comes after `after`, `skipped` rows left out. */
export async function deliveriesIn(
  db: Queryable,
  bookId: BookId,
  asked: Readonly<{
    filter: DeliveryFilter
    after: DeliveryPlace | undefined
    skipped: number
    limit: number
  }>,
): Promise<readonly ListedDelivery[]> {
  const { filter, after, skipped, limit } = asked
  const { where, params } = narrowed(bookId, filter)
  const size = params.length
  const cut = after === undefined ? undefined : below(filter, after, size + 3)
  const rows = await db.query<ListedRow>(
    `select delivery.event_id, delivery.target, event.type, event.object_id, event.sequence,
       event.created_at, event.test_for is not null as is_test, delivery.state, delivery.due_at,
       delivery.attempts, last.started_at as last_started_at, last.status as last_status,
       last.failure as last_failure
     from ${FROM}
     left join delivery_attempt as last on last.book_id = delivery.book_id
       and last.event_id = delivery.event_id and last.target = delivery.target
       and last.attempt = delivery.attempts
     where ${where} ${cut?.sql ?? ''}
     order by delivery.event_id desc, delivery.target desc limit $${size + 1} offset $${size + 2}`,
    [...params, limit, skipped, ...(cut?.params ?? [])],
  )
  return rows.map(listedOfRow)
}

/** What comes after a place, in words that the list's index understands. */
function below(
  { target }: DeliveryFilter,
  after: DeliveryPlace,
  first: number,
): Readonly<{ sql: string; params: readonly string[] }> {
  if (target !== undefined) {
    return { sql: `and delivery.event_id < $${first}`, params: [after.eventId] }
  }
  return {
    sql: `and (delivery.event_id, delivery.target) < ($${first}, $${first + 1})`,
    params: [after.eventId, after.target],
  }
}

const listedOfRow = (row: ListedRow): ListedDelivery => ({
  eventId: row.event_id,
  target: row.target,
  type: row.type,
  objectId: row.object_id,
  sequence: row.sequence,
  createdAt: row.created_at,
  isTest: row.is_test,
  state: row.state,
  dueAt: row.due_at ?? undefined,
  attempts: row.attempts,
  lastAttempt:
    row.last_started_at === null
      ? undefined
      : {
          startedAt: row.last_started_at,
          status: row.last_status ?? undefined,
          failure: row.last_failure ?? undefined,
        },
})
