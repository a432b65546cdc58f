import type { Outgoing, OutgoingEnd, OutgoingHandler } from '../custody/outgoing/outgoing.ts'
import { appendEvent } from '../events/append-event.ts'
import { payoutReleased, payoutSettled, type MinedFacts } from '../ledger/payout-operations.ts'
import { requirePosted } from '../ledger/result.ts'
import type { Entry } from '../ledger/transfer.ts'
import { knownNetwork } from '../money/registry.ts'
import { allocate } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import type { EndCtx } from './cancel.action.ts'
import { lockBatchesOf, tellBatches } from './tell-batch.action.ts'
import { tellSource } from './tell-source.action.ts'
import { eventOf } from './payout-events.ts'
import { isEnded, type Payout } from './payout.ts'
import { lockDispatched } from './payout.store.ts'
import { writeChainEnd, type ChainEnd } from './payout-step.store.ts'

/** Books the end of a transaction: that of every payout in it, once. */
export function payoutEnded(ctx: EndCtx): OutgoingHandler {
  return async (dbTx, book, { outgoing, end }) => {
    const payouts = await lockDispatched(dbTx, book.bookId, outgoing.objectId)
    if (payouts.length === 0) throw new Error(`${outgoing.objectId} sends no payout`)
    const done = payouts.find(isEnded)
    if (done !== undefined) throw new Error(`${done.payoutId} is at its end already`)
    const batchIds = await lockBatchesOf(dbTx, book.bookId, payouts)
    const shares = sharesOf(end, payouts.length)
    await Promise.all(
      payouts.map((one, place) => {
        const payout = payouts.length === 1 ? asPaid(one, outgoing) : one
        return endOne(ctx, dbTx, { book, payout, outgoing, end, share: shares[place] })
      }),
    )
    await tellBatches(ctx, dbTx, { book, batchIds })
  }
}

/**
 * With what its transaction pays. Asked for anew of a database that had lost the first time, it may
 * have another day's fee in its terms; what was sent then is what was sent.
 */
function asPaid(payout: Payout, { request }: Outgoing): Payout {
  const [{ units: paid }] = request.payments
  if (paid === payout.netUnits) return payout
  if (paid > payout.units) throw new Error(`${payout.payoutId} paid more than was held for it`)
  return { ...payout, netUnits: paid, feeUnits: units(payout.units - paid) }
}

/** What each bears of the fee; each is one payment of the transaction. */
function sharesOf(end: OutgoingEnd, count: number): readonly Units[] {
  if (end.kind === 'failed') return []
  const weights = Array.from({ length: count }, () => 1n)
  return allocate(end.mined.fee, weights).map((share) => units(share))
}

type Ending = Readonly<{
  book: Book
  payout: Payout
  outgoing: Outgoing
  end: OutgoingEnd
  share: Units | undefined
}>

async function endOne(ctx: EndCtx, dbTx: DbTx, ending: Ending): Promise<void> {
  const { book, payout } = ending
  const entry = entryOf(ending)
  const end: ChainEnd = { ...outcomeOf(ending), at: bookNow(ctx.clock, book) }
  const { at, ...outcome } = end
  const ended: Payout = { ...payout, ...outcome, endedAt: at }
  await writeChainEnd(dbTx, payout, end)
  await tellSource(ctx, dbTx, { book, payout: ended })
  await appendEvent(ctx, dbTx, eventOf(book, ended))
  const result = await ctx.ledger.postTogether(dbTx, book.bookId, entry)
  requirePosted(entry.externalId, result)
}

function outcomeOf({ end, share }: Ending): Omit<ChainEnd, 'at'> {
  if (end.kind === 'failed') {
    const { problem } = end
    return { status: 'failed', problem, txHash: undefined, networkFee: undefined }
  }
  const mined = { txHash: end.txHash, networkFee: share ?? units(0n) }
  return end.mined.succeeded
    ? { ...mined, status: 'completed', problem: undefined }
    : { ...mined, status: 'failed', problem: MINED_IN_VAIN }
}

const MINED_IN_VAIN =
  'The transaction was mined and failed on the chain: the fee is spent, and nothing was paid.'

function entryOf({ payout, outgoing, end, share }: Ending): Entry {
  if (end.kind === 'failed') return payoutReleased(payout)
  const { native } = knownNetwork(outgoing.chain)
  const fee = { asset: native, units: share ?? units(0n) }
  const { block } = end.mined
  const mined: MinedFacts = { chain: outgoing.chain, txHash: end.txHash, block }
  if (!end.mined.succeeded) return payoutReleased(payout, { fee, mined })
  return payoutSettled(payout, { net: payout.netUnits, charged: payout.feeUnits, fee }, mined)
}
