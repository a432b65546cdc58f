import type { Queryable } from '../../shell/db.ts'
import { intentIdsOf } from './intent-ids.ts'
import type { OutgoingObject } from './outgoing.ts'
import { findForObject } from './outgoing.store.ts'
import type { SendOutgoingCtx } from './standing.ts'

/**
 * Whether the signer has signed anything for an object: a database that was brought back from an
 * older copy does not know. What is signed after that goes out only once this database has kept it.
 *
 * @throws signer.no_answer
 */
export async function wasSigned(
  { db, signedBefore }: Pick<SendOutgoingCtx, 'signedBefore'> & Readonly<{ db: Queryable }>,
  object: OutgoingObject,
): Promise<boolean> {
  const key = await findForObject(db, object)
  if (key === undefined) return false
  return (await signedBefore(intentIdsOf(key.outgoing_id))).length > 0
}
