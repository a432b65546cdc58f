import { noteSwept } from '../custody/holdings.action.ts'
import type { Outgoing, OutgoingEnd, OutgoingHandler } from '../custody/outgoing/outgoing.ts'
import { appendEvent } from '../events/append-event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { networkFeePaid } from '../ledger/operations.ts'
import { requirePosted } from '../ledger/result.ts'
import { knownNetwork } from '../money/registry.ts'
import { allocate } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { noteColdDue } from './cold/cold-wallet.store.ts'
import { sweepSnapshot } from './snapshot.ts'
import { SWEEP_EVENTS, type SweepLeg } from './sweep.ts'
import { readSweeps, writeEnd } from './sweep.store.ts'

/** What ending a sweep needs. */
export type EndSweepCtx = Pick<ShellCtx, 'ids' | 'clock'> &
  Readonly<{ ledger: Pick<Ledger, 'postInDbTx'> }>

/**
 * Books the end of a sweep: its fee against those whose coins it moved, and where these now are.
 * A transaction that was mined and did not do its work has paid its fee all the same.
 */
export function sweepEnded(ctx: EndSweepCtx): OutgoingHandler {
  return async (dbTx, book, { outgoing, end }) => {
    const [sweep] = await readSweeps(dbTx, book.bookId, [outgoing.objectId])
    if (sweep === undefined) throw new Error(`there is no sweep ${outgoing.objectId}`)
    const at = ctx.clock.now()
    const shares = end.kind === 'final' ? sharesOf(sweep.legs, end.mined.fee) : []
    if (end.kind === 'final') await bookFee(ctx, dbTx, { outgoing, end, shares })
    if (end.kind === 'final' && end.mined.succeeded) {
      const depositIds = sweep.legs.flatMap((leg) => leg.depositIds)
      await noteSwept(dbTx, { bookId: book.bookId, depositIds, by: sweep.sweepId })
      const { txHash, mined } = end
      await writeEnd(dbTx, sweep, { kind: 'completed', txHash, fee: mined.fee, shares, at })
      await noteColdDue(dbTx, { book_id: book.bookId, asset: sweep.asset }, at)
    } else {
      const problem = end.kind === 'failed' ? end.problem : 'the chain took its fee and undid it'
      await writeEnd(dbTx, sweep, { kind: 'failed', problem, at })
    }
    const [after] = await readSweeps(dbTx, book.bookId, [sweep.sweepId])
    if (after === undefined) throw new Error('what was ended is there')
    await appendEvent(ctx, dbTx, {
      book,
      type: SWEEP_EVENTS[after.state],
      objectId: sweep.sweepId,
      object: sweepSnapshot(after),
    })
  }
}

type Share = Readonly<{ address: string; owner: string; units: Units }>

/** The fee in equal parts, to the last unit. */
function sharesOf(legs: readonly SweepLeg[], fee: Units): readonly Share[] {
  const parts = allocate(
    fee,
    legs.map(() => 1n),
  )
  return legs.map(({ address, ownerId }, place) => ({
    address,
    owner: ownerId,
    units: units(parts[place] ?? 0n),
  }))
}

/** What was paid for a transaction, and who bears it. */
export type PaidFee = Readonly<{
  outgoing: Outgoing
  end: Extract<OutgoingEnd, { kind: 'final' }>
  shares: readonly Pick<Share, 'owner' | 'units'>[]
}>

/** Books what a transaction of a sweep has cost. */
export async function bookFee(ctx: EndSweepCtx, dbTx: DbTx, fee: PaidFee): Promise<void> {
  const { outgoing, end, shares } = fee
  const { chain, outgoingId } = outgoing
  const facts = {
    ...{ outgoingId, chain, txHash: end.txHash, block: end.mined.block },
    asset: knownNetwork(chain).native,
  }
  if (end.mined.fee === 0n) return
  const entry = networkFeePaid(facts, shares)
  const result = await ctx.ledger.postInDbTx(dbTx, outgoing.bookId, entry)
  requirePosted(entry.externalId, result)
}
