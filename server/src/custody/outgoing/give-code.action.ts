import { buildFirst } from './build-transaction.action.ts'
import type { OutgoingObject } from './outgoing.ts'
import { findForObject } from './outgoing.store.ts'
import { letGo } from './reserve-keys.action.ts'
import { findSendingHalt } from './sending-halt.store.ts'
import { signNewest, type Signing } from './sign-newest.action.ts'
import { go, readStanding, type SendOutgoingCtx, type Standing } from './standing.ts'

/** How long nobody else goes on with it: a process that dies here leaves it to the others. */
const SERVED_MS = 60_000

/** What became of a code. */
export type CodeOutcome =
  | Signing
  /** It waits for no code: it is on its way, it has ended, or there is none. */
  | Readonly<{ kind: 'not_waiting' }>
  /** It cannot be built at this moment; the code is not used up. */
  | Readonly<{ kind: 'not_now'; problem: string }>

/**
 * Hands the second factor to the signer: builds what waits for it and has it signed with the code,
 * here and now, so that the code is kept nowhere. A wrong code leaves it waiting for another.
 *
 * @param code six digits
 * @throws chain.unreachable, signer.no_answer: it waits on
 */
export async function giveCode(
  ctx: SendOutgoingCtx,
  object: OutgoingObject,
  code: string,
): Promise<CodeOutcome> {
  const key = await findForObject(ctx.db, object)
  if (key === undefined) return { kind: 'not_waiting' }
  const resumeAt = ctx.clock.now() + SERVED_MS
  const parked = await readStanding(ctx, key)
  const waits = parked.outgoing.state === 'planned' && parked.outgoing.dueAt === undefined
  if (!waits) return { kind: 'not_waiting' }
  const halt = await findSendingHalt(ctx.db)
  if (halt !== undefined) return { kind: 'not_now', problem: `sending is halted: ${halt.reason}` }
  const problem = await buildServed(ctx, { ...parked, resumeAt })
  if (problem !== undefined) return { kind: 'not_now', problem }
  const built = await readStanding(ctx, key)
  switch (built.outgoing.state) {
    case 'built':
      return signNewest(ctx, { ...built, resumeAt }, code)
    case 'planned':
      return { kind: 'not_now', problem: built.outgoing.problem ?? 'it could not be built' }
    default:
      return { kind: 'not_waiting' }
  }
}

/** What goes wrong leaves it waiting for a person, without the keys that it took. */
async function buildServed(ctx: SendOutgoingCtx, at: Standing): Promise<string | undefined> {
  try {
    return await buildFirst(ctx, at)
  } catch (error) {
    await go(ctx, at, async (dbTx) => {
      await letGo(ctx, dbTx, at)
      return { dueAt: undefined }
    })
    throw error
  }
}
