import type { SendRequest } from '../chains/contract-sending.ts'
import { bookById } from '../custody/read-custody.action.ts'
import type { OutgoingRequest } from '../custody/outgoing/outgoing.ts'
import { planOutgoing } from '../custody/outgoing/plan-outgoing.action.ts'
import { isError } from '../errors/app-error.ts'
import { knownNetwork } from '../money/registry.ts'
import { units, type ChainId, type Units } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx } from '../shell/db.ts'
import { idOfName } from '../shell/ids.ts'
import type { PayoutKey } from './dispatch.store.ts'
import { findDue, findUndispatched, insertDispatch, lockUndispatched } from './dispatch.store.ts'
import { writeHeldUp } from './payout-step.store.ts'
import type { Payout } from './payout.ts'
import { readPayouts } from './payout.store.ts'
import { ensureSupply, type SupplyCtx } from './supply.action.ts'
import type { Supplied, Supply } from './supply.ts'
import { takeSupply } from './take-supply.action.ts'

/** What dispatching needs. */
export type DispatchCtx = SupplyCtx & Pick<ShellCtx, 'db' | 'ids' | 'clock'>

/**
 * Most payouts of one transaction where a chain takes many: their outputs stay far below what a
 * standard transaction holds (100 kvB, of which an output is 43 vB at most).
 */
const TOGETHER_MAX = 200

/** When what waits for coins is looked at again. */
const AGAIN_MS = 5_000

/**
 * Has a transaction made for a payout that is due: for it alone where chains have accounts, and on
 * Bitcoin for everything of the book that is due with it.
 *
 * @throws chain.unreachable, signer.no_answer and what else is worth another try
 */
export async function dispatchDue(ctx: DispatchCtx, key: PayoutKey): Promise<void> {
  const chain = await findUndispatched(ctx.db, key)
  if (chain === undefined) return
  const book = await bookById(ctx.db, key.book_id)
  const payouts = await gatherWith(ctx, { book, chain, payoutId: key.payout_id })
  const { part, supply } = await suppliedPart(ctx, book, payouts)
  if (supply.waitsFor !== 'nothing') {
    // The others are still due: without the one that waits there may be enough for them.
    const payoutIds = part.map((one) => one.payoutId)
    const dueAt = ctx.clock.now() + AGAIN_MS
    return writeHeldUp(ctx.db, { bookId: book.bookId, payoutIds }, { ...supply, dueAt })
  }
  const from = await ctx.treasury.keyOf(book, chain)
  await inDbTx(ctx, (dbTx) => dispatch(ctx, dbTx, { book, chain, from, payouts: part, supply }))
}

/** The payout, and what goes out in the same transaction with it. */
async function gatherWith(
  { db, clock }: DispatchCtx,
  { book, chain, payoutId }: Readonly<{ book: Book; chain: ChainId; payoutId: string }>,
): Promise<readonly Payout[]> {
  const { bookId } = book
  if (knownNetwork(chain).family !== 'bip122') return readPayouts(db, bookId, [payoutId])
  const of = { bookId, chain, now: clock.now(), limit: TOGETHER_MAX }
  const due = await findDue(db, of)
  return readPayouts(db, bookId, due.includes(payoutId) ? due : [payoutId])
}

type Part = Readonly<{ part: readonly Payout[]; supply: Supply }>

/** As many of them as the treasury can pay, the oldest first; halved until they fit. */
async function suppliedPart(
  ctx: DispatchCtx,
  book: Book,
  payouts: readonly Payout[],
): Promise<Part> {
  for (let part = payouts; ; part = part.slice(0, Math.ceil(part.length / 2))) {
    const supply = await supplyOf(ctx, book, part)
    if (supply.waitsFor === 'nothing' || part.length <= 1) return { part, supply }
  }
}

async function supplyOf(ctx: DispatchCtx, book: Book, part: readonly Payout[]): Promise<Supply> {
  const [first] = part
  if (first === undefined) throw new Error('a dispatch has a payout')
  const need = { asset: first.asset, units: sumOf(part, 'netUnits'), feeMax: sumOf(part, 'feeMax') }
  try {
    return await ensureSupply(ctx, book, need)
  } catch (error) {
    // No time will heal these: they are shown, and tried again when somebody changed the settings.
    if (!isError(error, 'custody.no_deposit_route')) throw error
    return { waitsFor: 'operator', problem: error.message }
  }
}

const sumOf = (payouts: readonly Payout[], of: 'units' | 'netUnits' | 'feeMax'): Units =>
  units(payouts.reduce((sum, one) => sum + one[of], 0n))

/**
 * What a payout is known by to whoever asked for it: in a database from an older copy the same
 * again has another id, and the same name, its own or its place in a batch that has one. The signer
 * then knows what it signed before.
 */
const nameOf = ({ payoutId, externalId, batchId, hold }: Payout): string => {
  if (externalId !== undefined) return `external:${externalId}`
  return batchId === undefined ? payoutId : `${hold.externalId}:${hold.transfer}`
}

/**
 * A dispatch is known by the first name among its payouts, not by all of them: an older database
 * may gather others around it, and the signer still knows that something was signed for it. What
 * differs waits for somebody to look; it is not paid again.
 */
function dispatchIdOf(bookId: BookId, payouts: readonly Payout[]): string {
  const [first] = payouts.map(nameOf).sort()
  if (first === undefined) throw new Error('a dispatch has a payout')
  return idOfName('dsp', [bookId, first])
}

type Dispatching = Readonly<{
  book: Book
  chain: ChainId
  from: SendRequest['from'][0]
  payouts: readonly Payout[]
  supply: Supplied
}>

async function dispatch(ctx: DispatchCtx, dbTx: DbTx, of: Dispatching): Promise<void> {
  const { book, chain, from } = of
  const { bookId } = book
  const ids = of.payouts.map((one) => one.payoutId)
  // Somebody may have called one back, or dispatched it, since it was read.
  const open = new Set(await lockUndispatched(dbTx, bookId, ids))
  const payouts = of.payouts.filter((one) => open.has(one.payoutId))
  const [first, ...more] = payouts.map((one) => ({
    ...{ to: one.destination, asset: one.asset, units: one.netUnits },
    name: idOfName('pyt', [bookId, nameOf(one)]),
  }))
  if (first === undefined) return
  // Others were promised the same coins meanwhile: it stays due, and is looked at again.
  if (!(await takeSupply(dbTx, book, of.supply))) return
  const dispatchId = dispatchIdOf(bookId, payouts)
  const createdAt = ctx.clock.now()
  const payoutIds = payouts.map((one) => one.payoutId)
  await insertDispatch(dbTx, { bookId, dispatchId, chain, payoutIds, createdAt })
  const request: OutgoingRequest = {
    from: [from],
    payments: [first, ...more],
    ...(knownNetwork(chain).family === 'bip122' ? { change: from } : {}),
    paidMax: sumOf(payouts, 'units'),
    speed: 'normal',
    feeMax: sumOf(payouts, 'feeMax'),
  }
  await planOutgoing(ctx, dbTx, { book, chain, kind: 'payout', objectId: dispatchId, request })
}
