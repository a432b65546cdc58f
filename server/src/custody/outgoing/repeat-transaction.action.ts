import type { InFlight, UnsignedTx } from '../../chains/contract-sending.ts'
import { isError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import { markBroadcast } from './attempt.store.ts'
import { keepBuilt } from './build-transaction.action.ts'
import { readInFlight } from './in-flight.store.ts'
import { intentIdOf } from './intent-ids.ts'
import { ATTEMPTS_MAX, LOST_LOOKS, sendersOf, wantsBump, type Attempt } from './outgoing.ts'
import { letGo, reserveKeys } from './reserve-keys.action.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** When something that seems lost is looked for again. */
export const LOST_MS = 30_000

/** A transaction that may be out; its bytes may be lost. */
export type Out = Attempt & Readonly<{ txHash: string }>

/** Whether another transaction was made; `busy`: not now, its sender sends something else. */
export type Replaced = 'made' | 'busy' | 'refused'

/** What may be out, and which of it a node has. */
export type Waiting = Readonly<{ out: readonly Out[]; waiting: readonly Attempt[] }>

/**
 * It waits in a mempool: its keys are free for others, and in time a transaction that pays more
 * takes its place.
 */
export async function wait(
  ctx: SendOutgoingCtx,
  at: Standing,
  { out, waiting }: Waiting,
): Promise<void> {
  const now = ctx.clock.now()
  const newest = out.findLast(hasBytes)
  if (newest !== undefined && wantsBump(at.attempts, now)) {
    return void (await bump(ctx, seen(at), { stuck: newest.signed, lostLooks: 0 }))
  }
  return go(ctx, at, async (dbTx) => {
    for (const { attempt, broadcast } of waiting) {
      if (broadcast === 'accepted' || broadcast === 'earlier') continue
      await markBroadcast(dbTx, at.key, { attempt, broadcast: 'accepted', now })
    }
    await letGo(ctx, dbTx, at)
    return { lostLooks: 0, dueAt: now + at.adapter.pollMs }
  })
}

/** Nobody knows it and it can still be mined: the same bytes go out again. */
export async function sendAgain(
  ctx: SendOutgoingCtx,
  at: Standing,
  out: readonly Out[],
): Promise<void> {
  const newest = out.findLast(hasBytes)
  if (newest === undefined) return excludeLost(ctx, at, out)
  const { attempt, signed } = newest
  let begun = false
  await go(ctx, at, async (dbTx) => {
    const now = ctx.clock.now()
    await markBroadcast(dbTx, at.key, { attempt, broadcast: 'repeated', now })
    begun = true
    return { lostLooks: 0, dueAt: now + at.adapter.pollMs }
  })
  if (!begun) return
  const outcome = await at.sender.broadcast(signed)
  const marked = (one: Attempt): Attempt =>
    one.attempt === attempt ? { ...one, broadcast: 'repeated' } : one
  const after = seen({ ...at, attempts: at.attempts.map(marked) })
  const now = ctx.clock.now()
  const isTooCheap = outcome.kind === 'refused' && outcome.reason === 'underpriced'
  if (isTooCheap && wantsBump(at.attempts, now)) {
    return void (await bump(ctx, after, { stuck: signed, lostLooks: 0 }))
  }
  const problem = outcome.kind === 'accepted' ? undefined : `${outcome.reason}: ${outcome.problem}`
  return go(ctx, after, () => Promise.resolve({ problem, dueAt: now + at.adapter.pollMs }))
}

/**
 * Makes it anew when the time of all is over that may be out, as long as none was made so often.
 * @returns refused: what was out is excluded by something else, or it cannot be paid for
 */
export async function makeAnew(
  ctx: SendOutgoingCtx,
  at: Standing,
  out: readonly Out[],
): Promise<Replaced> {
  const newest = out.findLast(hasBytes)
  if (newest === undefined || at.attempts.length >= ATTEMPTS_MAX) return 'refused'
  return bump(ctx, at, { stuck: newest.signed, lostLooks: LOST_LOOKS })
}

/** The bytes are lost and no node has them: made again so that the chain takes one at most. */
async function excludeLost(
  ctx: SendOutgoingCtx,
  at: Standing,
  [first]: readonly Out[],
): Promise<void> {
  const { request } = at.outgoing
  const reuse = first?.slots ?? []
  const make = (inFlight: InFlight) => at.sender.build({ ...request, inFlight, reuse })
  await replace(ctx, seen(at), { make, lostLooks: 0 })
}

function bump(
  ctx: SendOutgoingCtx,
  at: Standing,
  { stuck, lostLooks }: Readonly<{ stuck: Uint8Array; lostLooks: number }>,
): Promise<Replaced> {
  const { request } = at.outgoing
  const make = (inFlight: InFlight) => at.sender.bump(stuck, { ...request, inFlight })
  return replace(ctx, at, { make, lostLooks })
}

type Making = Readonly<{
  make: (inFlight: InFlight) => Promise<UnsignedTx>
  /** How often it counts as lost while the other one is made. */
  lostLooks: number
}>

async function replace(
  ctx: SendOutgoingCtx,
  at: Standing,
  { make, lostLooks }: Making,
): Promise<Replaced> {
  const inFlight = await othersOf(ctx, at)
  if (inFlight === undefined) return 'busy'
  try {
    const unsigned = await make(inFlight)
    const { outgoingId } = at.outgoing
    const first = at.attempts[0]?.slots ?? []
    const isReplacement = first.every((slot) => unsigned.effects.slots.includes(slot))
    // Made anew after the first one's time, it is another payment to a signer that sees no chain.
    const number = (at.attempts.at(-1)?.attempt ?? 0) + 1
    const id = isReplacement ? outgoingId : intentIdOf(outgoingId, number)
    const counted = { ...at, outgoing: { ...at.outgoing, lostLooks } }
    await keepBuilt(ctx, counted, { unsigned, id })
    return 'made'
  } catch (error) {
    const isKnown =
      isError(error, 'chain.replacement_refused') ||
      isError(error, 'chain.fee_above_limit') ||
      isError(error, 'chain.insufficient_funds')
    if (!isKnown) throw error
    await go(ctx, at, async (dbTx) => {
      await letGo(ctx, dbTx, at)
      return { problem: error.message, dueAt: ctx.clock.now() + LOST_MS }
    })
    return 'refused'
  }
}

/**
 * What else is on its way from its keys. A number is its own, whoever builds with its key now; only
 * where outputs are spent may it need others beside those it has, and takes the keys for that.
 */
async function othersOf(ctx: SendOutgoingCtx, at: Standing): Promise<InFlight | undefined> {
  const { outgoing } = at
  if (knownNetwork(outgoing.chain).family === 'bip122') {
    const reserved = await reserveKeys(ctx, at)
    return reserved.kind === 'taken' ? reserved.inFlight : undefined
  }
  return readInFlight(ctx.db, outgoing, sendersOf(outgoing.request))
}

const hasBytes = (one: Out): one is Out & Readonly<{ signed: Uint8Array }> =>
  one.signed !== undefined

/** As it stands when a node, or the chain, still has a place for it. */
const seen = (at: Standing): Standing => ({
  ...at,
  outgoing: { ...at.outgoing, lostLooks: 0 },
})
