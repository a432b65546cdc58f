import type { ShellCtx } from '../../shell/context.ts'
import type { DbTx } from '../../shell/db.ts'
import { dropUnsigned, readAttempts } from './attempt.store.ts'
import type { OutgoingObject } from './outgoing.ts'
import { findForObject, lockOutgoing, writeStep } from './outgoing.store.ts'
import { giveKeysBack } from './sending-key.store.ts'

/**
 * Gives up something that is to go out, as long as this database knows of no signature for it; ask
 * the signer before, who may know of one. Its end is not told to the feature: whoever calls this
 * books it, in the same dbTx.
 *
 * @param problem why, for whoever reads it
 * @returns whether it was stopped; false: there is none, it is on its way, or it has ended
 */
export async function cancelOutgoing(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  { problem, ...of }: OutgoingObject & Readonly<{ problem: string }>,
): Promise<boolean> {
  const key = await findForObject(dbTx, of)
  if (key === undefined) return false
  const outgoing = await lockOutgoing(dbTx, key)
  const attempts = await readAttempts(dbTx, key)
  const isUnsigned =
    (outgoing.state === 'planned' || outgoing.state === 'built') &&
    attempts.every(({ txHash }) => txHash === undefined)
  if (!isUnsigned) return false
  const now = ctx.clock.now()
  await dropUnsigned(dbTx, key)
  await giveKeysBack(dbTx, outgoing, { kept: [], now })
  const { mined, lostLooks } = outgoing
  const over = { state: 'failed', poorSince: undefined, dueAt: undefined } as const
  await writeStep(dbTx, key, { ...over, problem, mined, lostLooks, now })
  return true
}
