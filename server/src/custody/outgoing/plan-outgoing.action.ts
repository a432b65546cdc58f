import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { DbTx } from '../../shell/db.ts'
import { idOfName } from '../../shell/ids.ts'
import type { Chains } from '../chains.ts'
import type { OutgoingKind, OutgoingRequest } from './outgoing.ts'
import { insertOutgoing } from './outgoing.store.ts'

/** What a feature wants to send. */
export type OutgoingPlan = Readonly<{
  book: Book
  chain: ChainId
  kind: OutgoingKind
  /** What it is for: the same thing is never sent twice. */
  objectId: string
  request: OutgoingRequest
}>

/**
 * Plans something to be sent, in the dbTx in which the feature reserves what it takes.
 *
 * @returns its id; absent when this object's was planned before
 * @throws custody.cannot_send where the book's chain has no way to send
 */
export async function planOutgoing(
  ctx: Pick<ShellCtx, 'clock'> & Readonly<{ chains: Chains }>,
  dbTx: DbTx,
  plan: OutgoingPlan,
): Promise<string | undefined> {
  const { book, chain, kind, objectId, request } = plan
  const found = ctx.chains.of(book, chain)
  if (found?.sender === undefined) throw new AppError('custody.cannot_send', { chain })
  const { bookId } = book
  // The signer knows it by this id: a database from an older copy gives it the same again.
  const outgoingId = idOfName('out', [bookId, kind, objectId])
  const { realm } = found
  const createdAt = ctx.clock.now()
  const one = { outgoingId, bookId, realm, chain, kind, objectId, request, createdAt }
  return (await insertOutgoing(dbTx, one)) ? outgoingId : undefined
}
