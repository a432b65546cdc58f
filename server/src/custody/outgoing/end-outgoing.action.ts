import { continueTrace, keptTrace } from '../../shell/telemetry/tracing.ts'
import { adoptEarlier } from './adopt-earlier.action.ts'
import type { OutgoingEnd } from './outgoing.ts'
import { giveKeysBack } from './sending-key.store.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/**
 * Ends it: the feature books its end in the same dbTx, and its keys are free again. It has not
 * failed while the signer knows of a transaction for it that this database does not.
 *
 * @throws signer.no_answer
 */
export async function end(ctx: SendOutgoingCtx, at: Standing, how: OutgoingEnd): Promise<void> {
  if (how.kind === 'failed' && (await adoptEarlier(ctx, at))) return
  const span = { name: 'end outgoing', attributes: { 'coffer.end': how.kind } }
  return continueTrace(keptTrace(), span, () => book(ctx, at, how))
}

function book(ctx: SendOutgoingCtx, at: Standing, how: OutgoingEnd): Promise<void> {
  return go(ctx, at, async (dbTx) => {
    await giveKeysBack(dbTx, at.outgoing, { kept: [], now: ctx.clock.now() })
    const tell = ctx.endings[at.outgoing.kind]
    if (tell === undefined) throw new Error(`nobody books the end of a ${at.outgoing.kind}`)
    await tell(dbTx, at.book, { outgoing: at.outgoing, end: how })
    return how.kind === 'final'
      ? { state: 'final', mined: how.mined, problem: undefined, dueAt: undefined }
      : { state: 'failed', problem: how.problem, mined: undefined, dueAt: undefined }
  })
}
