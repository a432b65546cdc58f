import type { DbTx } from '../../shell/db.ts'
import { readInFlight, type Others } from './in-flight.store.ts'
import { emptiedBy, IN_FLIGHT_MAX, sendersOf, type Attempt } from './outgoing.ts'
import { giveKeysBack, takeKeys } from './sending-key.store.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** When a sender that is busy is tried again, unless it is free and wakes who waits before. */
const BUSY_MS = 5_000

/**
 * What else is on its way from the keys that were taken. `busy`: none was, since somebody else
 * builds with one of them now, or as much is on its way as a node lets wait.
 */
export type Reserved =
  Readonly<{ kind: 'taken'; inFlight: Others }> | Readonly<{ kind: 'busy'; problem: string }>

/**
 * Takes the keys that something is sent with, so that nobody else builds with them until a node has
 * accepted what is built now. What is busy is tried again; what a person gives a code for waits on.
 */
export async function reserveKeys(ctx: SendOutgoingCtx, at: Standing): Promise<Reserved> {
  const addresses = sendersOf(at.outgoing.request)
  const most = at.sender.inFlightMax ?? IN_FLIGHT_MAX
  let reserved: Reserved = { kind: 'busy', problem: 'somebody else goes on with it' }
  await go(ctx, at, async (dbTx) => {
    const busy = await takeKeys(dbTx, at.outgoing, addresses)
    const found = await readInFlight(dbTx, at.outgoing, addresses)
    // What is replaced is on its way already.
    const isFull = at.attempts.length === 0 && found.unmined >= most
    if (busy === undefined && !isFull) {
      reserved = { kind: 'taken', inFlight: found }
      return {}
    }
    const waitsFor = busy ?? addresses[0] ?? ''
    await letGo(ctx, dbTx, at)
    const problem = busy === undefined ? 'its sender has enough on its way' : 'its sender is busy'
    reserved = { kind: 'busy', problem }
    if (at.resumeAt !== undefined) return { dueAt: undefined }
    return {
      ...(at.outgoing.state === 'planned' ? { problem } : {}),
      dueAt: ctx.clock.now() + BUSY_MS,
      waitsFor,
    }
  })
  return reserved
}

type Sent = Pick<Standing, 'outgoing'> & Readonly<{ attempts: readonly Pick<Attempt, 'txHash'>[] }>

/**
 * Gives its keys back, for others to build with: a node has what was built, or nothing was. Only
 * addresses that are emptied stay taken while it is on its way.
 */
export async function letGo(
  ctx: Pick<SendOutgoingCtx, 'clock'>,
  dbTx: DbTx,
  { outgoing, attempts }: Sent,
): Promise<void> {
  const isOut = attempts.some(({ txHash }) => txHash !== undefined)
  const kept = isOut ? emptiedBy(outgoing.request) : []
  await giveKeysBack(dbTx, outgoing, { kept, now: ctx.clock.now() })
}
