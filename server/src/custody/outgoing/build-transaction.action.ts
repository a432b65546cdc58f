import type { UnsignedTx } from '../../chains/contract-sending.ts'
import { spendsOf } from '../../chains/in-flight.ts'
import { AppError, isError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import { adoptEarlier } from './adopt-earlier.action.ts'
import { insertAttempt } from './attempt.store.ts'
import { end } from './end-outgoing.action.ts'
import type { Others } from './in-flight.store.ts'
import { intentOf } from './intent.ts'
import { letGo, reserveKeys } from './reserve-keys.action.ts'
import { go, type SendOutgoingCtx, type Standing } from './standing.ts'

/** How long it is tried to build something that cannot be paid for, try after try. */
const PATIENCE_MS = 24 * 60 * 60_000

/**
 * When a sender that is too poor is tried again; and one of which more is on its way than the
 * books of this moment know to be mined.
 */
const POOR_MS = 60_000
const SOON_MS = 5_000

/**
 * Takes the sender's keys and builds the transaction, which nobody has signed yet.
 * @returns why it cannot be built now; absent: it was built, or is no longer to be
 */
export async function buildFirst(ctx: SendOutgoingCtx, at: Standing): Promise<string | undefined> {
  const { outgoing, sender } = at
  const reserved = await reserveKeys(ctx, at)
  if (reserved.kind === 'busy') return reserved.problem
  if (await adoptEarlier(ctx, at)) return undefined
  const { inFlight } = reserved
  try {
    const unsigned = await sender.build({ ...outgoing.request, inFlight })
    await keepBuilt(ctx, at, { unsigned, id: outgoing.outgoingId })
    return undefined
  } catch (error) {
    return notBuilt(ctx, at, { error, inFlight })
  }
}

/**
 * Keeps what was built as its newest transaction, to be signed.
 * @param built its `id` is what the signer knows it by
 */
export async function keepBuilt(
  ctx: SendOutgoingCtx,
  at: Standing,
  { unsigned, id }: Readonly<{ unsigned: UnsignedTx; id: string }>,
): Promise<void> {
  const { key, outgoing, attempts } = at
  const attempt = (attempts.at(-1)?.attempt ?? 0) + 1
  const intent = { ...intentOf(outgoing, unsigned, at.isSimulated), id }
  const spends = spendsOf(unsigned.effects, knownNetwork(outgoing.chain).native)
  await go(ctx, at, async (dbTx) => {
    const now = ctx.clock.now()
    await insertAttempt(dbTx, key, { attempt, unsigned, intent, spends, now })
    return { state: 'built', problem: undefined }
  })
}

type Failure = Readonly<{ error: unknown; inFlight: Others }>

/** What could not be built was never signed: to end it is safe, and so is to try again. */
async function notBuilt(
  ctx: SendOutgoingCtx,
  at: Standing,
  { error, inFlight }: Failure,
): Promise<string | undefined> {
  if (!(error instanceof AppError)) throw error
  const mayPass =
    isError(error, 'chain.insufficient_funds') || isError(error, 'chain.fee_above_limit')
  const now = ctx.clock.now()
  const isServed = at.resumeAt !== undefined
  const poorSince = at.outgoing.poorSince ?? now
  // What others have on their way may be all that is missing.
  const isOver = !isServed && inFlight.unmined === 0 && now - poorSince >= PATIENCE_MS
  if (isError(error, 'chain.payment_not_possible') || (mayPass && isOver)) {
    await end(ctx, at, { kind: 'failed', problem: error.message })
    return undefined
  }
  if (!mayPass) throw error
  await go(ctx, at, async (dbTx) => {
    await letGo(ctx, dbTx, at)
    if (isServed) return { dueAt: undefined }
    const dueAt = now + (inFlight.unmined > 0 ? SOON_MS : POOR_MS)
    return { problem: error.message, poorSince, dueAt }
  })
  return error.message
}
