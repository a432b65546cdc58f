import { spendsOf } from '../../chains/in-flight.ts'
import type { Spend } from '../../chains/contract-sending.ts'
import { knownNetwork } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import type { EarlierTx } from '../signer.client.ts'
import { disownDeposits } from '../disown-deposits.store.ts'
import { dropUnsigned, insertEarlier } from './attempt.store.ts'
import { intentIdsOf } from './intent-ids.ts'
import type { Outgoing, OutgoingRequest } from './outgoing.ts'
import { writeRequest } from './outgoing.store.ts'
import { letGo } from './reserve-keys.action.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/**
 * Takes over transactions that the signer signed and this database does not remember, since it was
 * brought back from an older copy: each of them may be mined, so they are followed like its own.
 *
 * Asked before anything is built, once its keys are taken, and before anything is said to have
 * failed. Nothing is built then, so its keys are given back.
 *
 * @returns whether there were any
 * @throws signer.no_answer
 */
export async function adoptEarlier(ctx: SendOutgoingCtx, at: Standing): Promise<boolean> {
  const { key, outgoing, attempts } = at
  const intents = intentIdsOf(outgoing.outgoingId)
  const known = new Set(attempts.map(({ txHash }) => txHash))
  const found = (await ctx.signedBefore(intents)).filter(({ txHash }) => !known.has(txHash))
  if (found.length === 0) return false
  const asSigned = requestAsSigned(outgoing.request, found)
  const kept = attempts.filter(({ txHash }) => txHash !== undefined)
  if (asSigned === undefined) {
    await park(ctx, at, kept.length > 0 ? 'sent' : 'planned')
    return true
  }
  const first = (kept.at(-1)?.attempt ?? 0) + 1
  await go(ctx, at, async (dbTx) => {
    const now = ctx.clock.now()
    const spends = spendsAsAsked({ ...outgoing, request: asSigned })
    await dropUnsigned(dbTx, key)
    await writeRequest(dbTx, key, asSigned)
    for (const [place, { txHash, slots }] of found.entries()) {
      const which = { attempt: first + place, chain: outgoing.chain, txHash, slots }
      await insertEarlier(dbTx, key, { ...which, spends, now })
    }
    const txHashes = found.map(({ txHash }) => txHash)
    const { bookId, chain, kind } = outgoing
    await disownDeposits(dbTx, { bookId, chain, kind, txHashes, now })
    await letGo(ctx, dbTx, { outgoing, attempts: found })
    const problem = 'it was signed before this database knew of it, and is looked for'
    return { state: 'sent', problem, lostLooks: 0, dueAt: now }
  })
  return true
}

/** Neither paid nor failed: a person has to say what it is. */
const park = (ctx: SendOutgoingCtx, at: Standing, state: 'planned' | 'sent'): Promise<void> =>
  go(ctx, at, async (dbTx) => {
    await dropUnsigned(dbTx, at.key)
    await letGo(ctx, dbTx, at)
    const problem = 'other payments were signed under this name before: somebody has to look'
    return { state, problem, dueAt: undefined }
  })

/**
 * What was asked for, as it was signed. What a client asks for anew, of a database that has lost
 * the first time, may have a fee of another day, so that another amount of it arrives.
 *
 * @returns absent where more differs than the amount of the one payment, or more was signed than is
 *   held for it now
 */
function requestAsSigned(
  request: OutgoingRequest,
  [signed]: readonly EarlierTx[],
): OutgoingRequest | undefined {
  if (signed === undefined || request.everything === true || request.setup === true) return request
  const wanted = request.payments.map((one) => ({ ...one, units: `${one.units}` }))
  if (textOf(wanted) === textOf(signed.payments)) return request
  const [before, ...more] = signed.payments
  const [first, ...others] = request.payments
  const isAmount = before?.to === first.to && before.asset === first.asset && before.units !== 'all'
  if (!isAmount || more.length > 0 || others.length > 0) return undefined
  const paid = units(BigInt(before.units))
  if (request.paidMax !== undefined && paid > request.paidMax) return undefined
  return { ...request, payments: [{ ...first, units: paid }] }
}

const textOf = (payments: EarlierTx['payments']): string =>
  payments
    .map(({ to, asset, units: amount }) => `${amount} ${asset} ${to}`)
    .sort()
    .join()

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
