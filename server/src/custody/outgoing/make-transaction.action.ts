import { AppError, isError } from '../../errors/app-error.ts'
import { dropUnsigned, insertAttempt, keepSigned, markBroadcast } from './attempt.store.ts'
import { intentOf } from './intent.ts'
import { mayBeOut, type Attempt } from './outgoing.ts'
import { giveKeysBack, takeKeys } from './outgoing.store.ts'
import { end, go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** How long it is tried to build something that cannot be paid for now. */
const PATIENCE_MS = 24 * 60 * 60_000

/** When a sender that is busy, or too poor, is tried again. */
const BUSY_MS = 1_000
const POOR_MS = 60_000

/** Takes the sender's keys and builds the transaction, which nobody has signed yet. */
export async function buildFirst(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { outgoing, sender, key } = at
  if (!(await reserveKeys(ctx, at))) return
  try {
    const unsigned = await sender.build(outgoing.request)
    const intent = intentOf(outgoing, unsigned, at.isSimulated)
    await go(ctx, at, async (dbTx) => {
      await insertAttempt(dbTx, key, { attempt: 1, unsigned, intent, now: ctx.clock.now() })
      return { state: 'built', problem: undefined }
    })
  } catch (error) {
    await notBuilt(ctx, at, error)
  }
}

async function reserveKeys(ctx: SendOutgoingCtx, at: Standing): Promise<boolean> {
  const { from, feePayer } = at.outgoing.request
  const addresses = [...from, ...(feePayer === undefined ? [] : [feePayer])].map(
    (one) => one.address,
  )
  let taken = false
  await go(ctx, at, async (dbTx) => {
    taken = await takeKeys(dbTx, at.outgoing, addresses)
    if (taken) return {}
    await giveKeysBack(dbTx, at.key)
    return { problem: 'its sender is busy', dueAt: ctx.clock.now() + BUSY_MS }
  })
  return taken
}

/** What could not be built was never signed: to end it is safe, and so is to try again. */
async function notBuilt(ctx: SendOutgoingCtx, at: Standing, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) throw error
  const mayPass =
    isError(error, 'chain.insufficient_funds') || isError(error, 'chain.fee_above_limit')
  const isOver = ctx.clock.now() - at.outgoing.createdAt >= PATIENCE_MS
  if (isError(error, 'chain.payment_not_possible') || (mayPass && isOver)) {
    return end(ctx, at, { kind: 'failed', problem: error.message })
  }
  if (!mayPass) throw error
  return go(ctx, at, async (dbTx) => {
    await giveKeysBack(dbTx, at.key)
    return { problem: error.message, dueAt: ctx.clock.now() + POOR_MS }
  })
}

/** Has the newest transaction signed, and keeps the bytes before anybody sees them. */
export async function signNewest(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { key } = at
  const { attempt, unsigned, intent } = newest(at)
  try {
    const signed = await ctx.sign({ intent, unsigned })
    await go(ctx, at, async (dbTx) => {
      await keepSigned(dbTx, key, { attempt, signed, now: ctx.clock.now() })
      return { state: 'signed', problem: undefined }
    })
  } catch (error) {
    if (!isError(error, 'signer.refused')) throw error
    await notSigned(ctx, at, { attempt, problem: error.message })
  }
}

/** Without a signature there is nothing to fear; a replacement that is refused leaves the others. */
async function notSigned(
  ctx: SendOutgoingCtx,
  at: Standing,
  refusal: Readonly<{ attempt: number; problem: string }>,
): Promise<void> {
  const { attempt, problem } = refusal
  if (!at.attempts.some(mayBeOut)) return end(ctx, at, { kind: 'failed', problem })
  return go(ctx, at, async (dbTx) => {
    await dropUnsigned(dbTx, at.key, attempt)
    return { state: 'sent', problem, dueAt: ctx.clock.now() + POOR_MS }
  })
}

/**
 * Hands the newest transaction to the nodes for the first time. That it may be out is written down
 * before; if every node refuses it, it is known not to be.
 */
export async function broadcastFirst(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { key, sender, adapter } = at
  const { attempt, signed } = newest(at)
  if (signed === undefined) throw new Error(`attempt ${attempt} has no signature`)
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
      return { problem: undefined, dueAt: ctx.clock.now() + adapter.pollMs }
    })
  }
  const problem = `the node refused it (${outcome.reason}): ${outcome.problem}`
  await go(ctx, after, async (dbTx) => {
    await markBroadcast(dbTx, key, { attempt, broadcast: 'refused', now: ctx.clock.now() })
    return { problem }
  })
}

function newest({ attempts, outgoing }: Standing): Attempt {
  const last = attempts.at(-1)
  if (last === undefined) throw new Error(`${outgoing.outgoingId} has no transaction yet`)
  return last
}
