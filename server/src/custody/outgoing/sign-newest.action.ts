import { isError } from '../../errors/app-error.ts'
import { adoptEarlier } from './adopt-earlier.action.ts'
import { dropEarlier, dropUnsigned, keepSigned, markBroadcast } from './attempt.store.ts'
import { end } from './end-outgoing.action.ts'
import { CODE_WANTED, mayBeOut } from './outgoing.ts'
import { letGo } from './reserve-keys.action.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** When a signer that has to wait itself is asked again. */
const LATER_MS = 60_000

/** What the signer said. */
export type Signing =
  Readonly<{ kind: 'signed' }> | Readonly<{ kind: 'refused'; code: string; problem: string }>

/** Refusals after which a person has to give a code. */
const CODE_REFUSALS: readonly string[] = [
  'signer.code_needed',
  'signer.code_wrong',
  'signer.code_locked',
]

/**
 * Has the newest transaction signed, and keeps the bytes before anybody sees them.
 * @param code the second factor, which is kept nowhere
 */
export async function signNewest(
  ctx: SendOutgoingCtx,
  at: Standing,
  code?: string,
): Promise<Signing> {
  const newest = at.attempts.at(-1)
  if (newest?.made === undefined) throw new Error('what is built has bytes')
  const { attempt, made } = newest
  try {
    const signed = await ctx.sign({ ...made, ...(code === undefined ? {} : { code }) })
    await go(ctx, { ...at, resumeAt: ctx.clock.now() }, async (dbTx) => {
      const now = ctx.clock.now()
      // The very bytes that were lost: they may be out, so that no refusal proves anything.
      const isFound = await dropEarlier(dbTx, at.key, signed.txHash)
      await keepSigned(dbTx, at.key, { attempt, signed, now })
      if (!isFound) return { state: 'signed', problem: undefined }
      await markBroadcast(dbTx, at.key, { attempt, broadcast: 'repeated', now })
      return { state: 'sent', problem: undefined }
    })
    return { kind: 'signed' }
  } catch (error) {
    if (!isError(error, 'signer.refused')) throw error
    const refusal = error.context
    await notSigned(ctx, at, { ...refusal, message: error.message })
    return { kind: 'refused', ...refusal }
  }
}

type Refusal = Readonly<{ code: string; message: string }>

/** Without a signature there is nothing to fear; a replacement that is refused leaves the others. */
async function notSigned(ctx: SendOutgoingCtx, at: Standing, refusal: Refusal): Promise<void> {
  const { code, message } = refusal
  if (code === 'signer.intent_reused' && (await adoptEarlier(ctx, at))) return
  if (at.attempts.some(mayBeOut)) {
    const dueAt = ctx.clock.now() + LATER_MS
    return giveUpNewest(ctx, at, { state: 'sent', problem: message, dueAt })
  }
  if (CODE_REFUSALS.includes(code)) {
    return giveUpNewest(ctx, at, { state: 'planned', problem: CODE_WANTED, dueAt: undefined })
  }
  if (code === 'signer.payment_reused') {
    const problem =
      'a payment in it was signed before, with others that this database does not know: ' +
      'look on the chain which of them were paid'
    return giveUpNewest(ctx, at, { state: 'planned', problem, dueAt: undefined })
  }
  if (code === 'signer.log_waiting') {
    const dueAt = ctx.clock.now() + LATER_MS
    return giveUpNewest(ctx, at, { state: 'planned', problem: message, dueAt })
  }
  return end(ctx, at, { kind: 'failed', problem: message })
}

function giveUpNewest(
  ctx: SendOutgoingCtx,
  at: Standing,
  step: Readonly<{ state: 'sent' | 'planned'; problem: string; dueAt: number | undefined }>,
): Promise<void> {
  return go(ctx, at, async (dbTx) => {
    await dropUnsigned(dbTx, at.key)
    await letGo(ctx, dbTx, at)
    return step
  })
}
