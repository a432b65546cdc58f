import type { Outgoing, OutgoingEnd, OutgoingHandler } from '../../custody/outgoing/outgoing.ts'
import { appendEvent } from '../../events/append-event.ts'
import { movedToCold } from '../../ledger/cold-operations.ts'
import { requirePosted } from '../../ledger/result.ts'
import { knownNetwork } from '../../money/registry.ts'
import type { Book } from '../../shell/book.ts'
import type { DbTx } from '../../shell/db.ts'
import { bookFee, type EndSweepCtx } from '../end-sweep.action.ts'
import { coldTransferSnapshot } from './cold-snapshot.ts'
import { COLD_EVENTS, type ColdEnd, type ColdTransfer } from './cold-transfer.ts'
import { readTransfers, writeColdEnd } from './cold-transfer.store.ts'
import { noteColdDue } from './cold-wallet.store.ts'

/** When it is looked again what could go, after a transfer did not: each may cost a fee. */
const AFTER_FAILURE_MS = 60 * 60_000

/**
 * Books the end of a transfer to a cold wallet. What was mined and did not do its work has paid its
 * fee all the same; what failed before leaves the books as they were.
 */
export function coldEnded(ctx: EndSweepCtx): OutgoingHandler {
  return async (dbTx, book, { outgoing, end }) => {
    const [transfer] = await readTransfers(dbTx, book.bookId, [outgoing.objectId])
    if (transfer === undefined) throw new Error(`there is no transfer ${outgoing.objectId}`)
    if (end.kind === 'final' && end.mined.succeeded) {
      return complete(ctx, dbTx, { book, transfer, outgoing, end })
    }
    const at = ctx.clock.now()
    if (end.kind === 'failed') {
      await endTransfer(ctx, dbTx, { book, transfer, end: { ...end, at } })
    } else {
      const shares = [{ owner: transfer.transferId, units: end.mined.fee }]
      const problem = 'the chain took its fee and undid it'
      await endTransfer(ctx, dbTx, { book, transfer, end: { kind: 'failed', problem, at } })
      await bookFee(ctx, dbTx, { outgoing, end, shares })
    }
    await noteColdDue(dbTx, { book_id: book.bookId, asset: transfer.asset }, at + AFTER_FAILURE_MS)
  }
}

type Final = Extract<OutgoingEnd, { kind: 'final' }>

async function complete(
  ctx: EndSweepCtx,
  dbTx: DbTx,
  of: Readonly<{ book: Book; transfer: ColdTransfer; outgoing: Outgoing; end: Final }>,
): Promise<void> {
  const { book, transfer, outgoing, end } = of
  const { txHash, mined } = end
  // A database from an older copy may have planned another amount than was signed then.
  const [{ units }] = outgoing.request.payments
  const done = { txHash, units, fee: mined.fee, at: ctx.clock.now() }
  await endTransfer(ctx, dbTx, { book, transfer, end: { kind: 'completed', ...done } })
  const { chain, asset, transferId } = transfer
  const entry = movedToCold({
    ...{ transferId, asset, units, chain, txHash, block: mined.block },
    fee: { asset: knownNetwork(chain).native, units: mined.fee },
  })
  const result = await ctx.ledger.postInDbTx(dbTx, book.bookId, entry)
  requirePosted(entry.externalId, result)
  // What a sweep brought meanwhile was not looked at. After the books, as sweeps do.
  await noteColdDue(dbTx, { book_id: book.bookId, asset }, done.at)
}

/** Writes how a transfer ended, and tells it. */
export async function endTransfer(
  ctx: Pick<EndSweepCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, transfer, end }: Readonly<{ book: Book; transfer: ColdTransfer; end: ColdEnd }>,
): Promise<void> {
  await writeColdEnd(dbTx, transfer, end)
  const { transferId: objectId } = transfer
  const [after] = await readTransfers(dbTx, book.bookId, [objectId])
  if (after === undefined) throw new Error('what was ended is there')
  const type = COLD_EVENTS[after.state]
  await appendEvent(ctx, dbTx, { book, type, objectId, object: coldTransferSnapshot(after) })
}
