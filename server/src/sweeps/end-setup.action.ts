import type { Chains } from '../custody/chains.ts'
import type { OutgoingHandler } from '../custody/outgoing/outgoing.ts'
import { planOutgoing } from '../custody/outgoing/plan-outgoing.action.ts'
import { knownAsset } from '../money/registry.ts'
import { bookFee, type EndSweepCtx } from './end-sweep.action.ts'
import { sweepRequest } from './plan-sweep.action.ts'
import { readSweeps } from './sweep.store.ts'

/** Who bears what serves every sweep to come. */
const EVERYBODY = 'treasury'

/**
 * Goes on with a sweep for which something had to be put in place first. However that ended, the
 * sweep is tried: somebody else may have put it there, and where nobody did the chain refuses.
 */
export function setupEnded(ctx: EndSweepCtx & Readonly<{ chains: Chains }>): OutgoingHandler {
  return async (dbTx, book, { outgoing, end }) => {
    const [sweep] = await readSweeps(dbTx, book.bookId, [outgoing.objectId])
    if (sweep === undefined) throw new Error(`there is no sweep ${outgoing.objectId}`)
    if (end.kind === 'final') {
      const shares = [{ owner: EVERYBODY, units: end.mined.fee }]
      await bookFee(ctx, dbTx, { outgoing, end, shares })
    }
    const chain = ctx.chains.of(book, sweep.chain)
    if (chain === undefined) throw new Error('what was set up has a chain')
    const { feeMax, from } = outgoing.request
    const facts = { treasury: from[0], holdings: sweep.legs, feeMax }
    await planOutgoing(ctx, dbTx, {
      ...{ book, chain: sweep.chain, kind: 'sweep', objectId: sweep.sweepId },
      request: sweepRequest(chain, knownAsset(sweep.asset), facts),
    })
  }
}
