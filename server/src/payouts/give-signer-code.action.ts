import type { CodeOutcome } from '../custody/outgoing/give-code.action.ts'
import type { OutgoingObject } from '../custody/outgoing/outgoing.ts'
import { AppError } from '../errors/app-error.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { findSubject, notAwaiting } from './open-subject.action.ts'

/** Hands the signer's second factor to what waits for it. */
export type GiveSignerCode = (object: OutgoingObject, code: string) => Promise<CodeOutcome>

/**
 * Gives the signer the code that it wants for a payout above its own threshold. A code of the
 * signer counts once: where several transactions of a batch wait, it is the first one's.
 *
 * @returns the payouts whose transaction was signed
 * @throws payouts.payout_unknown, not_awaiting_verification, signer_code_refused,
 *         signer_code_not_now, signer.no_answer, chain.unreachable
 */
export async function giveSignerCode(
  ctx: Pick<ShellCtx, 'db'> & Readonly<{ giveSignerCode: GiveSignerCode }>,
  { book, id, code }: Readonly<{ book: Book; id: string; code: string }>,
): Promise<readonly string[]> {
  const { payouts } = await inDbTx(ctx, (dbTx) => findSubject(dbTx, book, id))
  const { bookId } = book
  const open = payouts.filter((one) => one.status === 'processing')
  const dispatches = new Set(open.flatMap((one) => one.dispatchId ?? []))
  for (const objectId of dispatches) {
    const outcome = await ctx.giveSignerCode({ bookId, kind: 'payout', objectId }, code)
    if (outcome.kind === 'not_waiting') continue
    if (outcome.kind === 'signed') {
      return open.filter((one) => one.dispatchId === objectId).map((one) => one.payoutId)
    }
    const { problem } = outcome
    throw outcome.kind === 'refused'
      ? new AppError('payouts.signer_code_refused', { problem })
      : new AppError('payouts.signer_code_not_now', { problem })
  }
  throw notAwaiting(id, payouts)
}
