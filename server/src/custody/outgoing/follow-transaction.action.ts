import type { TxState } from '../../chains/contract-sending.ts'
import { isError } from '../../errors/app-error.ts'
import { insertAttempt, markBroadcast } from './attempt.store.ts'
import { intentOf } from './intent.ts'
import { LOST_LOOKS, mayBeOut, wantsBump, type Attempt, type Mined } from './outgoing.ts'
import { end, go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** When something that seems lost is looked for again. */
const LOST_MS = 30_000

type Out = Attempt & Readonly<{ txHash: string; signed: Uint8Array }>

/** Looks what became of transactions that may be out, and does what helps. */
export async function look(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const out = at.attempts.filter(isOut)
  if (out.length === 0) {
    return end(ctx, at, { kind: 'failed', problem: at.outgoing.problem ?? 'nobody took it' })
  }
  const excluded = await allExcluded(at, out)
  const seen = await lookUpAll(at, out)
  const mined = seen.flatMap(({ attempt, state }) => minedOf(attempt, state))[0]
  if (mined !== undefined) {
    return go(ctx, at, () =>
      Promise.resolve({ state: 'mined', mined, problem: undefined, lostLooks: 0 }),
    )
  }
  if (seen.some(({ state }) => state.kind === 'waiting')) return wait(ctx, at, out)
  if (excluded) return lost(ctx, at)
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
  mayBeOut(attempt) && attempt.signed !== undefined && attempt.txHash !== undefined

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

/** It waits in a mempool: in time a transaction that pays more takes its place. */
async function wait(ctx: SendOutgoingCtx, at: Standing, out: readonly Out[]): Promise<void> {
  const now = ctx.clock.now()
  const dueAt = now + at.adapter.pollMs
  const newest = out.at(-1)
  if (newest === undefined || !wantsBump(at.attempts, now)) {
    return go(ctx, at, () => Promise.resolve({ lostLooks: 0, dueAt }))
  }
  try {
    const unsigned = await at.sender.bump(newest.signed, at.outgoing.request)
    const attempt = at.attempts.length + 1
    const said = intentOf(at.outgoing, unsigned, at.isSimulated)
    const first = at.attempts[0]?.slots ?? []
    const isReplacement = first.every((slot) => unsigned.effects.slots.includes(slot))
    // Made anew after the first one's time, it is another payment to a signer that sees no chain.
    const intent = isReplacement ? said : { ...said, id: `${said.id}:${attempt}` }
    await go(ctx, at, async (dbTx) => {
      await insertAttempt(dbTx, at.key, { attempt, unsigned, intent, now })
      return { state: 'built', lostLooks: 0 }
    })
  } catch (error) {
    const isKnown =
      isError(error, 'chain.replacement_refused') ||
      isError(error, 'chain.fee_above_limit') ||
      isError(error, 'chain.insufficient_funds')
    if (!isKnown) throw error
    await go(ctx, at, () => Promise.resolve({ problem: error.message, dueAt: now + LOST_MS }))
  }
}

/** A final block used its nonce or inputs, and it is not there: sure when it is seen repeatedly. */
async function lost(ctx: SendOutgoingCtx, at: Standing): Promise<void> {
  const lostLooks = at.outgoing.lostLooks + 1
  if (lostLooks >= LOST_LOOKS) {
    const problem = 'another transaction used its nonce or inputs, and is final'
    return end(ctx, at, { kind: 'failed', problem })
  }
  const dueAt = ctx.clock.now() + LOST_MS
  return go(ctx, at, () => Promise.resolve({ lostLooks, dueAt }))
}

/** Nobody knows it and it can still be mined: the same bytes go out again. */
async function sendAgain(ctx: SendOutgoingCtx, at: Standing, out: readonly Out[]): Promise<void> {
  const newest = out.at(-1)
  if (newest === undefined) throw new Error('what was sent has bytes')
  let begun = false
  await go(ctx, at, async (dbTx) => {
    const now = ctx.clock.now()
    await markBroadcast(dbTx, at.key, { attempt: newest.attempt, broadcast: 'repeated', now })
    begun = true
    return { lostLooks: 0, dueAt: now + at.adapter.pollMs }
  })
  if (!begun) return
  const outcome = await at.sender.broadcast(newest.signed)
  const problem = outcome.kind === 'accepted' ? undefined : `${outcome.reason}: ${outcome.problem}`
  const marked = (one: Attempt): Attempt =>
    one.attempt === newest.attempt ? { ...one, broadcast: 'repeated' } : one
  const after = { ...at, attempts: at.attempts.map(marked) }
  const dueAt = ctx.clock.now() + at.adapter.pollMs
  return go(ctx, after, () => Promise.resolve({ problem, lostLooks: 0, dueAt }))
}
