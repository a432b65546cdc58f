import type { TxState } from '../../chains/contract-sending.ts'
import { end } from './end-outgoing.action.ts'
import { readInFlight } from './in-flight.store.ts'
import { LOST_LOOKS, mayBeOut, sendersOf, type Attempt, type Mined } from './outgoing.ts'
import { LOST_MS, makeAnew, sendAgain, wait, type Out } from './repeat-transaction.action.ts'
import { letGo } from './reserve-keys.action.ts'
import { wakeNext } from './sending-key.store.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** Looks what became of transactions that may be out, and does what helps. */
export async function look(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const out = at.attempts.filter(isOut)
  if (out.length === 0) return refused(ctx, at)
  const excluded = await allExcluded(at, out)
  const seen = await lookUpAll(at, out)
  const mined = seen.flatMap(({ attempt, state }) => minedOf(attempt, state))[0]
  if (mined !== undefined) {
    return go(ctx, at, async (dbTx) => {
      await letGo(ctx, dbTx, at)
      const now = ctx.clock.now()
      const { outgoing } = at
      for (const address of sendersOf(outgoing.request)) {
        await wakeNext(dbTx, outgoing, { address, now })
      }
      return { state: 'mined', mined, problem: undefined, lostLooks: 0 }
    })
  }
  const waiting = seen.filter(({ state }) => state.kind === 'waiting')
  if (waiting.length > 0) {
    return wait(ctx, at, { out, waiting: waiting.map(({ attempt }) => attempt) })
  }
  if (excluded) return lost(ctx, at, out)
  return sendAgain(ctx, at, out)
}

/** Follows a mined transaction until its block is final, or a fork takes it back. */
export async function confirm(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { adapter, sender, attempts, outgoing } = at
  const attempt = attempts.find((one) => one.attempt === outgoing.mined?.attempt)
  const txHash = attempt?.txHash
  if (attempt === undefined || txHash === undefined) throw new Error('what is mined has a hash')
  const [mined] = minedOf(attempt, await sender.lookUp(txHash, attempt.slots))
  if (mined === undefined) {
    return go(ctx, at, () => Promise.resolve({ state: 'sent', mined: undefined }))
  }
  const { finalHeight } = await adapter.tips()
  const there = await adapter.blockAt(mined.block.height)
  if (mined.block.height <= finalHeight && there?.hash === mined.block.hash) {
    return end(ctx, at, { kind: 'final', txHash, mined })
  }
  const dueAt = ctx.clock.now() + adapter.pollMs
  return go(ctx, at, () => Promise.resolve({ mined, dueAt }))
}

const isOut = (attempt: Attempt): attempt is Out =>
  mayBeOut(attempt) && attempt.txHash !== undefined

/**
 * Every node has refused the only broadcast: nobody has it. While others of its key are on their
 * way the refusal may have been about them, as of a number that is not reached yet where a node has
 * forgotten the one before; then the same bytes are tried again, a few times.
 */
async function refused(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const { outgoing } = at
  const lostLooks = outgoing.lostLooks + 1
  const others = await readInFlight(ctx.db, outgoing, sendersOf(outgoing.request))
  if (others.unmined === 0 || lostLooks > LOST_LOOKS) {
    return end(ctx, at, { kind: 'failed', problem: outgoing.problem ?? 'nobody took it' })
  }
  const dueAt = ctx.clock.now() + at.adapter.pollMs
  return go(ctx, at, () => Promise.resolve({ state: 'signed', lostLooks, dueAt }))
}

/**
 * Whether none of them can be mined any more but by being in the chain already. Asked before the
 * transactions are: what is mined in between is then not taken for lost.
 */
async function allExcluded({ sender }: Standing, out: readonly Out[]): Promise<boolean> {
  for (const { slots } of out) {
    const states = await Promise.all(slots.map((slot) => sender.slotState(slot)))
    if (!states.includes('spent')) return false
  }
  return true
}

async function lookUpAll(
  { sender }: Standing,
  out: readonly Out[],
): Promise<readonly Readonly<{ attempt: Attempt; state: TxState }>[]> {
  return Promise.all(
    out.map(async (attempt) => ({
      attempt,
      state: await sender.lookUp(attempt.txHash, attempt.slots),
    })),
  )
}

const minedOf = ({ attempt }: Attempt, state: TxState): readonly Mined[] =>
  state.kind === 'mined'
    ? [{ attempt, block: state.block, succeeded: state.succeeded, fee: state.fee }]
    : []

/**
 * A final block used its nonce or inputs, or its time is over, and it is not there: sure when it is
 * seen repeatedly. Where only its time is over, the payment is made anew: its number would be
 * missing to all that come after it.
 */
async function lost(ctx: SendOutgoingCtx, at: Standing, out: readonly Out[]): Promise<void> {
  const lostLooks = at.outgoing.lostLooks + 1
  if (lostLooks < LOST_LOOKS) {
    const dueAt = ctx.clock.now() + LOST_MS
    return go(ctx, at, () => Promise.resolve({ lostLooks, dueAt }))
  }
  if (lostLooks === LOST_LOOKS && (await makeAnew(ctx, at, out)) !== 'refused') return
  const problem = 'another transaction used its nonce or inputs, or its time is over, for good'
  return end(ctx, at, { kind: 'failed', problem })
}
