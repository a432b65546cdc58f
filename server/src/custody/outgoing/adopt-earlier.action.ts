import { spendsOf } from '../../chains/in-flight.ts'
import type { Spend } from '../../chains/contract-sending.ts'
import { knownNetwork } from '../../money/registry.ts'
import { dropUnsigned, insertEarlier } from './attempt.store.ts'
import { ATTEMPTS_MAX, type Outgoing } from './outgoing.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** The id under which the signer knows a transaction of something that is made anew. */
export const intentIdOf = (outgoingId: string, attempt: number): string =>
  attempt === 1 ? outgoingId : `${outgoingId}:${attempt}`

/**
 * Takes over transactions that the signer signed and this database does not remember, since it was
 * brought back from an older copy: each of them may be mined, so they are followed like its own.
 *
 * Asked before anything is built, and before anything is said to have failed.
 *
 * @returns whether there were any
 * @throws signer.no_answer
 */
export async function adoptEarlier(ctx: SendOutgoingCtx, at: Standing): Promise<boolean> {
  const { key, outgoing, attempts } = at
  const intents = Array.from({ length: ATTEMPTS_MAX }, (_, place) =>
    intentIdOf(outgoing.outgoingId, place + 1),
  )
  const known = new Set(attempts.map(({ txHash }) => txHash))
  const found = (await ctx.signedBefore(intents)).filter(({ txHash }) => !known.has(txHash))
  if (found.length === 0) return false
  const kept = attempts.filter(({ txHash }) => txHash !== undefined)
  const first = (kept.at(-1)?.attempt ?? 0) + 1
  await go(ctx, at, async (dbTx) => {
    const now = ctx.clock.now()
    await dropUnsigned(dbTx, key)
    for (const [place, { txHash, slots }] of found.entries()) {
      const which = { attempt: first + place, chain: outgoing.chain, txHash, slots }
      await insertEarlier(dbTx, key, { ...which, spends: spendsAsAsked(outgoing), now })
    }
    const problem = 'it was signed before this database knew of it, and is looked for'
    return { state: 'sent', problem, lostLooks: 0 }
  })
  return true
}

/** What it takes at most, as its bytes would say. */
function spendsAsAsked({ chain, request }: Outgoing): readonly Spend[] {
  const { from, feePayer, payments, feeMax, everything, setup } = request
  const { family, native } = knownNetwork(chain)
  if (family === 'bip122') return []
  const [{ address }] = from
  const isPaid = everything !== true && setup !== true
  const moves = isPaid ? payments.map((one) => ({ ...one, from: address })) : []
  return spendsOf({ moves, feePayer: feePayer?.address ?? address, feeMax }, native)
}
