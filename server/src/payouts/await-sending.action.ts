import { acceptedFor } from '../custody/outgoing/read-broadcasts.action.ts'
import { AppError } from '../errors/app-error.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Db } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { Payout } from './payout.ts'
import { readPayouts } from './payout.store.ts'

/** How long creating a payout waits for its broadcast, where the caller says nothing, in ms. */
export const CREATE_WAIT_MS = 2_000

/** Most who look with one statement. */
const WAITERS_MAX = 500

const LOOK_MS = 50
const LOOK_MS_MAX = 400

/**
 * Waits until a payout was handed to a node, has ended, or time is up; what waits for somebody is
 * not waited for.
 *
 * @returns the payout as it is then
 * @throws payouts.broadcast_failure when it was refused within that time, and its money is back
 */
export async function awaitSending(
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  book: Book,
  { payoutId, waitMs }: Readonly<{ payoutId: string; waitMs: number }>,
): Promise<Payout> {
  const until = ctx.clock.now() + waitMs
  for (let pause = LOOK_MS; ; pause = Math.min(pause * 2, LOOK_MS_MAX)) {
    const { payout, isOut } = await look(ctx.db, { bookId: book.bookId, payoutId })
    if (payout.status === 'failed') {
      throw new AppError('payouts.broadcast_failure', { rollback_confirmed: true })
    }
    const left = until - ctx.clock.now()
    if (payout.status !== 'processing' || isOut || left <= 0) return payout
    await ctx.clock.sleep(Math.min(pause, left))
  }
}

type Asked = Readonly<{ bookId: BookId; payoutId: string }>
type Seen = Readonly<{ payout: Payout; isOut: boolean }>

/** Many who wait look together: two statements for each book, however many they are. */
const look = gatherOn(
  async (db: Db, asked: readonly Asked[]): Promise<readonly Seen[]> => {
    const seen = new Map<string, Seen>()
    for (const [bookId, own] of Map.groupBy(asked, (one) => one.bookId)) {
      const ids = [...new Set(own.map((one) => one.payoutId))]
      const payouts = await readPayouts(db, bookId, ids)
      const dispatches = payouts.flatMap((one) => one.dispatchId ?? [])
      const out = dispatches.length === 0 ? new Set() : await acceptedFor(db, bookId, dispatches)
      for (const payout of payouts) {
        seen.set(payout.payoutId, { payout, isOut: out.has(payout.dispatchId ?? '') })
      }
    }
    return asked.map(({ payoutId }) => {
      const found = seen.get(payoutId)
      if (found === undefined) throw new Error(`${payoutId} was begun, and is not there`)
      return found
    })
  },
  { batchMax: WAITERS_MAX },
)
