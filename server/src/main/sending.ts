import type { SendOutgoingCtx } from '../custody/outgoing/standing.ts'
import { payoutEnded } from '../payouts/end-payout.action.ts'
import { coldEnded } from '../sweeps/cold/end-cold.action.ts'
import { gasEnded, setupEnded } from '../sweeps/end-setup.action.ts'
import { sweepEnded } from '../sweeps/end-sweep.action.ts'
import type { PlatformCtx } from './context.ts'

/** What sending needs: the signer, and everybody who books the ends of what was sent. */
export const sendingCtx = (ctx: Omit<PlatformCtx, 'giveSignerCode'>): SendOutgoingCtx => ({
  ...ctx,
  sign: ctx.signer.sign,
  endings: {
    sweep: sweepEnded(ctx),
    setup: setupEnded(ctx),
    gas: gasEnded(ctx),
    payout: payoutEnded(ctx),
    cold: coldEnded(ctx),
  },
})
