import { broadcastFirst } from './broadcast-transaction.action.ts'
import { buildFirst } from './build-transaction.action.ts'
import { confirm, look } from './follow-transaction.action.ts'
import type { OutgoingKey } from './outgoing.ts'
import { signNewest } from './sign-newest.action.ts'
import { findSendingHalt } from './sending-halt.store.ts'
import { go, readStanding, type SendOutgoingCtx, type Standing } from './standing.ts'

/** When what waits for the end of a halt is looked at again. */
const HALTED_MS = 60_000

/**
 * Takes something that goes out one step further: built, signed, stored, broadcast, observed,
 * settled. Killed at any point and run again it goes on where it was; what may have been seen by a
 * node is never built anew, only repeated or replaced by a transaction that excludes it.
 *
 * @throws chain.unreachable and what nodes answer; signer.no_answer: it is tried again
 */
export async function sendOutgoing(ctx: SendOutgoingCtx, key: OutgoingKey): Promise<void> {
  const at = await readStanding(ctx, key)
  // At its end, or somebody has to do something before it goes on.
  if (at.outgoing.dueAt === undefined) return
  if (await isHalted(ctx, at)) return
  switch (at.outgoing.state) {
    case 'planned':
      return void (await buildFirst(ctx, at))
    case 'built':
      return void (await signNewest(ctx, at))
    case 'signed':
      return broadcastFirst(ctx, at)
    case 'sent':
      return look(ctx, at)
    case 'mined':
      return confirm(ctx, at)
    case 'final':
    case 'failed':
      throw new Error(`${key.outgoing_id} is at its end and due`)
  }
}

/**
 * In a database that came out of a backup nothing new is signed before somebody says so: it may
 * have been signed, and paid, by what the copy has forgotten.
 */
async function isHalted(ctx: SendOutgoingCtx, at: Standing): Promise<boolean> {
  if (at.outgoing.state !== 'planned' && at.outgoing.state !== 'built') return false
  const halt = await findSendingHalt(ctx.db)
  if (halt === undefined) return false
  const problem = `sending is halted: ${halt.reason}`
  await go(ctx, at, async () => ({ problem, dueAt: ctx.clock.now() + HALTED_MS }))
  return true
}
