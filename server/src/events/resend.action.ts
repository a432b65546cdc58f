import { AppError } from '../errors/app-error.ts'
import { bookNow } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { findEndpoint, type EndpointOf } from './endpoints.action.ts'
import { lockLog } from './event.store.ts'
import { RESENDS_MAX, type Resend, type ResendFilter } from './resend.ts'
import { spanOf } from './resend-window.store.ts'
import {
  countRunning,
  endResend,
  insertResend,
  lockResend,
  readResend,
  resendsTo,
} from './resend.store.ts'

/** Resends that a list shows. */
const SHOWN_MAX = 100

type ResendOf = EndpointOf & Readonly<{ resendId: string }>

/**
 * Begins to send a part of the log, as it is now, to an endpoint again. Of what the filter names,
 * only what the endpoint wants is sent. A worker does it, a piece at a time, so that what happens
 * meanwhile is not held up behind it.
 *
 * @throws events.endpoint_unknown, events.endpoint_disabled, events.too_many_resends
 */
export async function startResend(
  ctx: Pick<ShellCtx, 'clock' | 'ids'>,
  dbTx: DbTx,
  { filter, ...of }: EndpointOf & Readonly<{ filter: ResendFilter }>,
): Promise<Resend> {
  const { bookId } = of.book
  const { endpointId } = of
  const end = await lockLog(dbTx, bookId)
  const endpoint = await findEndpoint(dbTx, of)
  if (endpoint.disabled !== undefined) {
    throw new AppError('events.endpoint_disabled', { endpointId })
  }
  if ((await countRunning(dbTx, { bookId, lane: endpointId })) >= RESENDS_MAX) {
    throw new AppError('events.too_many_resends', { most: RESENDS_MAX })
  }
  const isNamed = filter.eventIds !== undefined || filter.objectId !== undefined
  const span = isNamed ? await spanOf(dbTx, bookId, filter) : { before: 0, last: end }
  const one: Resend = {
    ...filter,
    ...{ bookId, endpointId, resendId: ctx.ids.next('rsd') },
    position: span?.before ?? 0,
    untilPosition: span?.last ?? 0,
    sent: 0,
    state: 'running',
    createdAt: bookNow(ctx.clock, of.book),
    endedAt: undefined,
  }
  await insertResend(dbTx, one, ctx.clock.now())
  return one
}

/** The latest resends to an endpoint, at most 100, the newest first. @throws events.endpoint_unknown */
export async function listResends(db: Queryable, of: EndpointOf): Promise<readonly Resend[]> {
  await findEndpoint(db, of)
  const { endpointId } = of
  return resendsTo(db, of.book.bookId, { endpointId, limit: SHOWN_MAX })
}

/** A resend to an endpoint. @throws events.resend_unknown */
export async function findResend(db: Queryable, { book, ...of }: ResendOf): Promise<Resend> {
  const found = await readResend(db, book.bookId, of)
  if (found === undefined) throw new AppError('events.resend_unknown', { resendId: of.resendId })
  return found
}

/**
 * Stops a resend; what it has started is sent. One that has ended stays as it is.
 *
 * @throws events.resend_unknown
 */
export async function cancelResend(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  of: ResendOf,
): Promise<Resend> {
  await findResend(dbTx, of)
  const one = await lockResend(dbTx, of.book.bookId, of.resendId)
  if (one?.state === 'running') {
    await endResend(dbTx, one, { state: 'canceled', at: bookNow(ctx.clock, of.book) })
  }
  return findResend(dbTx, of)
}
