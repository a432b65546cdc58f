import { bookById } from '../custody/read-custody.action.ts'
import { bookNow, type Book, type BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { startDeliveries } from './delivery.store.ts'
import type { Endpoint } from './endpoint.ts'
import { endpointsOf } from './endpoint.store.ts'
import { lockLog } from './event.store.ts'
import { fanOut } from './fan-out.ts'
import { wakeLanes } from './lane.store.ts'
import type { Resend } from './resend.ts'
import { isBusy, nextToResend, WINDOW } from './resend-window.store.ts'
import { endResend, lockResend, noteResent } from './resend.store.ts'

/** The key of a resend. */
export type ResendKey = Readonly<{ book_id: BookId; resend_id: string }>

/** With so many messages due at an endpoint, what is to be sent again waits its turn. */
const DUE_MAX = 500
const PAUSE_MS = 1_000
/** Pieces of one turn: others want to be worked on too. */
const PIECES_MAX = 20

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'log'>

/**
 * Sends parts of the log again. A piece of the log is one dbTx, which notes how far it came: who is
 * killed goes on there. The endpoint is never given more than it takes: fresh events queue behind a
 * few hundred messages, not behind a year of them.
 */
export const resendJob = (ctx: Ctx): Job<ResendKey> => ({
  name: 'resend-events',
  table: 'webhook_resend',
  key: ['book_id', 'resend_id'],
  clock: 'machine',
  batch: 4,
  leaseMs: 30_000,
  triesMax: 30,
  run: async (key) => {
    for (let pieces = 0; pieces < PIECES_MAX; pieces += 1) {
      if (!(await inDbTx(ctx, (dbTx) => resendPiece(ctx, dbTx, key)))) return
    }
  },
  giveUp: async (key) => {
    await inDbTx(ctx, async (dbTx) => {
      const one = await lockResend(dbTx, key.book_id, key.resend_id)
      const book = await bookById(dbTx, key.book_id)
      const end = { state: 'canceled', at: bookNow(ctx.clock, book) } as const
      if (one?.state === 'running') await endResend(dbTx, one, end)
    })
    ctx.log.error({ resend: key }, 'a resend of events failed and was given up')
  },
})

/** @returns whether there is more to do at once */
async function resendPiece(ctx: Ctx, dbTx: DbTx, key: ResendKey): Promise<boolean> {
  const bookId = key.book_id
  // Before everything else: whether the endpoint is there does not change until this is done.
  await lockLog(dbTx, bookId)
  const one = await lockResend(dbTx, bookId, key.resend_id)
  if (one?.state !== 'running') return false
  const book = await bookById(dbTx, bookId)
  const now = bookNow(ctx.clock, book)
  const endpoints = await endpointsOf(dbTx, bookId)
  const endpoint = endpoints.find(({ endpointId }) => endpointId === one.endpointId)
  if (endpoint === undefined || endpoint.disabled !== undefined) {
    await endResend(dbTx, one, { state: 'canceled', at: now })
    return false
  }
  if (await isBusy(dbTx, { bookId, lane: one.endpointId }, { now, most: DUE_MAX })) {
    await noteResent(dbTx, one, ctx.clock.now() + PAUSE_MS)
    return false
  }
  const after = await sendPiece(dbTx, one, { book, endpoint, now })
  const isOver = after.position >= after.untilPosition
  if (isOver) await endResend(dbTx, after, { state: 'completed', at: now })
  else await noteResent(dbTx, after, ctx.clock.now())
  return !isOver
}

async function sendPiece(
  dbTx: DbTx,
  one: Resend,
  { book, endpoint, now }: Readonly<{ book: Book; endpoint: Endpoint; now: number }>,
): Promise<Resend> {
  const found = await nextToResend(dbTx, one, now)
  const deliveries = found.flatMap((event) =>
    fanOut(book.bookId, { ...event, callbackUrl: undefined, testFor: undefined }, [endpoint]).map(
      (to) => ({ ...to, dueAt: now }),
    ),
  )
  if (deliveries.length > 0) {
    await startDeliveries(dbTx, deliveries)
    await wakeLanes(dbTx, deliveries)
  }
  const lastFound = found.length < WINDOW.limit ? undefined : found.at(-1)?.position
  const windowEnd = Math.min(one.position + WINDOW.places, one.untilPosition)
  return { ...one, position: lastFound ?? windowEnd, sent: one.sent + deliveries.length }
}
