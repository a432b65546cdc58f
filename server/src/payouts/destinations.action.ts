import type { Chains } from '../custody/chains.ts'
import { AppError } from '../errors/app-error.ts'
import { appendEvent } from '../events/append-event.ts'
import { isoTime } from '../events/event.ts'
import { resolveNetwork } from '../money/alias.ts'
import { knownNetwork } from '../money/registry.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { isId } from '../shell/object-id.ts'
import {
  deleteDestination,
  destinationAt,
  insertDestination,
  listDestinationIds,
  readDestinations,
  type Destination,
} from './destination.store.ts'
import { readPolicyInForce } from './policy.store.ts'

type Ctx = Pick<ShellCtx, 'ids' | 'clock'>

/** A destination as it is told. */
export type DestinationView = ReturnType<typeof destinationSnapshot>

/** @param cooldownMs of the policy in force */
const destinationSnapshot = (one: Destination, cooldownMs: number) => ({
  id: one.destinationId,
  network: knownNetwork(one.chain).name,
  address: one.address,
  label: one.label ?? null,
  added_by: one.addedBy,
  created_at: isoTime(one.addedAt),
  usable_at: isoTime(one.addedAt + cooldownMs),
})

/**
 * Lists a destination. It is usable when the policy's cool-down is over: the time in which somebody
 * can still see the event and take it off again.
 *
 * @returns `isNew` false: it was listed before, and nothing has changed
 * @throws money.unknown_network, payouts.destination_network_unused, destination_invalid
 */
export async function addDestination(
  ctx: Ctx & Readonly<{ chains: Chains }>,
  dbTx: DbTx,
  asked: Readonly<{
    book: Book
    keyId: string
    network: string
    address: string
    label: string | undefined
  }>,
): Promise<Readonly<{ isNew: boolean; view: DestinationView }>> {
  const { book } = asked
  const { bookId } = book
  const { chain, address } = checkedPlace(ctx, asked)
  const { policy } = await readPolicyInForce(dbTx, bookId)
  const added: Destination = {
    destinationId: ctx.ids.next('dest'),
    chain,
    address,
    label: asked.label,
    addedBy: asked.keyId,
    addedAt: bookNow(ctx.clock, book),
  }
  const isNew = await insertDestination(dbTx, bookId, added)
  const one = isNew ? added : ((await destinationAt(dbTx, bookId, added)) ?? added)
  const view = destinationSnapshot(one, policy.cooldownMs)
  if (isNew) await tell(ctx, dbTx, { book, view, what: 'added' })
  return { isNew, view }
}

/** Takes a destination off the list, at once. @throws payouts.payout_destination_unknown */
export async function removeDestination(
  ctx: Ctx,
  dbTx: DbTx,
  { book, id }: Readonly<{ book: Book; id: string }>,
): Promise<DestinationView> {
  const removed = isId(id) ? await deleteDestination(dbTx, book.bookId, id) : undefined
  if (removed === undefined) throw new AppError('payouts.payout_destination_unknown', { id })
  const { policy } = await readPolicyInForce(dbTx, book.bookId)
  const view = destinationSnapshot(removed, policy.cooldownMs)
  await tell(ctx, dbTx, { book, view, what: 'removed' })
  return view
}

/** A page of the list, newest first. @throws payouts.destination_place_unknown */
export async function listDestinations(db: Queryable, { bookId }: Book, place: ListPlace) {
  const refuse = (cursor: string): Error =>
    new AppError('payouts.destination_place_unknown', { cursor })
  const { ids, total, next } = await listDestinationIds(db, bookId, { place, refuse })
  const { policy } = await readPolicyInForce(db, bookId)
  const found = await readDestinations(db, bookId, ids)
  return { items: found.map((one) => destinationSnapshot(one, policy.cooldownMs)), total, next }
}

function checkedPlace(
  { chains }: Readonly<{ chains: Chains }>,
  asked: Readonly<{ book: Book; network: string; address: string }>,
): Pick<Destination, 'chain' | 'address'> {
  const { chain, name: network } = resolveNetwork(asked.network)
  const found = chains.of(asked.book, chain)
  if (found === undefined) throw new AppError('payouts.destination_network_unused', { network })
  const check = found.adapter.checkAddress(asked.address)
  if (check.kind === 'valid') return { chain, address: check.address }
  const { reason: problem } = check
  throw new AppError('payouts.destination_invalid', { address: asked.address, network, problem })
}

async function tell(
  ctx: Ctx,
  dbTx: DbTx,
  of: Readonly<{ book: Book; view: DestinationView; what: 'added' | 'removed' }>,
): Promise<void> {
  const { book, view } = of
  const type = `payout_destination.${of.what}` as const
  await appendEvent(ctx, dbTx, { book, type, objectId: view.id, object: view })
}
