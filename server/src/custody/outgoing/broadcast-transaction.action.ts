import { markBroadcast } from './attempt.store.ts'
import { letGo } from './reserve-keys.action.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/**
 * Hands the newest transaction to the nodes for the first time. That it may be out is written down
 * before; if every node refuses it, it is known not to be.
 */
export async function broadcastFirst(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { key, sender, adapter } = at
  const newest = at.attempts.at(-1)
  if (newest?.signed === undefined) throw new Error('what is signed has bytes')
  const { attempt, signed } = newest
  let begun = false
  await go(ctx, at, async (dbTx) => {
    await markBroadcast(dbTx, key, { attempt, broadcast: 'begun', now: ctx.clock.now() })
    begun = true
    return { state: 'sent', dueAt: ctx.clock.now() + adapter.pollMs }
  })
  if (!begun) return
  const outcome = await sender.broadcast(signed)
  const after: Standing = {
    ...at,
    outgoing: { ...at.outgoing, state: 'sent' },
    attempts: at.attempts.map((one) =>
      one.attempt === attempt ? { ...one, broadcast: 'begun' } : one,
    ),
  }
  if (outcome.kind === 'accepted') {
    return go(ctx, after, async (dbTx) => {
      await markBroadcast(dbTx, key, { attempt, broadcast: 'accepted', now: ctx.clock.now() })
      await letGo(ctx, dbTx, after)
      return { problem: undefined, lostLooks: 0, dueAt: ctx.clock.now() + adapter.pollMs }
    })
  }
  const problem = `the node refused it (${outcome.reason}): ${outcome.problem}`
  await go(ctx, after, async (dbTx) => {
    await markBroadcast(dbTx, key, { attempt, broadcast: 'refused', now: ctx.clock.now() })
    return { problem }
  })
}
