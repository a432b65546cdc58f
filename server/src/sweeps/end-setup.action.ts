import type { Chains } from '../custody/chains.ts'
import type { Outgoing, OutgoingHandler } from '../custody/outgoing/outgoing.ts'
import { planOutgoing } from '../custody/outgoing/plan-outgoing.action.ts'
import { knownAsset } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { bookFee, sweepEnded, type EndSweepCtx } from './end-sweep.action.ts'
import { sweepRequest } from './plan-sweep.action.ts'
import type { Sweep } from './sweep.ts'
import { readSweeps } from './sweep.store.ts'

/** What going on with a sweep needs. */
export type SetupCtx = EndSweepCtx & Readonly<{ chains: Chains }>

/** Who bears what serves every sweep to come. */
const EVERYBODY = 'treasury'

/**
 * Goes on with a sweep for which something had to be put in place first. However that ended, the
 * sweep is tried: somebody else may have put it there, and where nobody did the chain refuses.
 */
export function setupEnded(ctx: SetupCtx): OutgoingHandler {
  return async (dbTx, book, { outgoing, end }) => {
    const [sweep] = await readSweeps(dbTx, book.bookId, [outgoing.objectId])
    if (sweep === undefined) throw new Error(`there is no sweep ${outgoing.objectId}`)
    if (end.kind === 'final') {
      const shares = [{ owner: EVERYBODY, units: end.mined.fee }]
      await bookFee(ctx, dbTx, { outgoing, end, shares })
    }
    await goOn(ctx, dbTx, { book, sweep, outgoing })
  }
}

/**
 * Goes on with a sweep whose address was given coins to pay with. Without them it has failed:
 * nobody else would bring them.
 */
export function gasEnded(ctx: SetupCtx): OutgoingHandler {
  const failed = sweepEnded(ctx)
  return async (dbTx, book, ended) => {
    const { outgoing, end } = ended
    const [sweep] = await readSweeps(dbTx, book.bookId, [outgoing.objectId])
    if (sweep === undefined) throw new Error(`there is no sweep ${outgoing.objectId}`)
    if (end.kind === 'failed' || !end.mined.succeeded) return failed(dbTx, book, ended)
    const owner = sweep.legs[0]?.ownerId ?? EVERYBODY
    await bookFee(ctx, dbTx, { outgoing, end, shares: [{ owner, units: end.mined.fee }] })
    await goOn(ctx, dbTx, { book, sweep, outgoing })
  }
}

async function goOn(
  ctx: SetupCtx,
  dbTx: DbTx,
  { book, sweep, outgoing }: Readonly<{ book: Book; sweep: Sweep; outgoing: Outgoing }>,
): Promise<void> {
  const chain = ctx.chains.of(book, sweep.chain)
  if (chain === undefined) throw new Error('what was set up has a chain')
  const { feeMax, from } = outgoing.request
  const facts = { treasury: from[0], holdings: sweep.legs, feeMax }
  await planOutgoing(ctx, dbTx, {
    ...{ book, chain: sweep.chain, kind: 'sweep', objectId: sweep.sweepId },
    request: sweepRequest(chain, knownAsset(sweep.asset), facts),
  })
}
