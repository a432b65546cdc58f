import { cancelOutgoing } from '../../custody/outgoing/cancel-outgoing.action.ts'
import type { SendOutgoingCtx } from '../../custody/outgoing/standing.ts'
import { wasSigned } from '../../custody/outgoing/was-signed.action.ts'
import { AppError } from '../../errors/app-error.ts'
import { appendEvent } from '../../events/append-event.ts'
import type { Asset } from '../../money/registry.ts'
import { bookNow, type Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { DbTx } from '../../shell/db.ts'
import { coldWalletSnapshot } from './cold-snapshot.ts'
import { findRunningTransfer, readTransfers } from './cold-transfer.store.ts'
import { asOf } from './cold-wallet.ts'
import { deleteColdWallet, lockColdWallet } from './cold-wallet.store.ts'
import { endTransfer } from './end-cold.action.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'ids'> & Pick<SendOutgoingCtx, 'signedBefore'>
type OfAsset = Readonly<{ book: Book; asset: Asset }>
/** What was found before the dbTx: the transfer that runs, and whether it can be called back. */
type Removal = OfAsset & Readonly<{ running: string | undefined; isUnsigned: boolean }>
type Snapshot = ReturnType<typeof coldWalletSnapshot>

const PROBLEM = 'the cold wallet was removed'

/**
 * Sends nothing more to the cold wallet of an asset, at once. A transfer that nobody has signed yet
 * is called back: the signer says so, whatever the database knows. The result is for the caller's
 * dbTx.
 *
 * @throws signer.no_answer; in the dbTx: sweeps.cold_wallet_unknown, sweeps.cold_transfer_running
 *   where one began meanwhile
 */
export async function prepareRemoval(
  ctx: Ctx,
  { book, asset }: OfAsset,
): Promise<(dbTx: DbTx) => Promise<Snapshot>> {
  const { bookId } = book
  const running = await findRunningTransfer(ctx.db, { bookId, asset: asset.id })
  const isUnsigned =
    running !== undefined && !(await wasSigned(ctx, { bookId, kind: 'cold', objectId: running }))
  return (dbTx) => removeColdWallet(ctx, dbTx, { book, asset, running, isUnsigned })
}

async function removeColdWallet(
  ctx: Pick<Ctx, 'clock' | 'ids'>,
  dbTx: DbTx,
  removal: Removal,
): Promise<Snapshot> {
  const { book, asset } = removal
  const { bookId } = book
  const key = { book_id: bookId, asset: asset.id }
  // What goes out is locked before its wallet: its end does so too.
  const stopped = await stopTransfer(ctx, dbTx, removal)
  const wallet = await lockColdWallet(dbTx, key)
  if (wallet === undefined) throw new AppError('sweeps.cold_wallet_unknown', { asset: asset.code })
  const id = await findRunningTransfer(dbTx, { bookId, asset: asset.id })
  if (id !== undefined && id !== removal.running) {
    throw new AppError('sweeps.cold_transfer_running', { asset: asset.code, id })
  }
  await deleteColdWallet(dbTx, key)
  if (stopped !== undefined) await callBack(ctx, dbTx, { book, transferId: stopped })
  const removed = coldWalletSnapshot(asOf(wallet, bookNow(ctx.clock, book)))
  const { walletId: objectId } = wallet
  const type = 'cold.wallet.removed'
  await appendEvent(ctx, dbTx, { book, type, objectId, object: removed })
  return removed
}

/** The transfer that does not go out any more; absent: there is none, or it goes on. */
async function stopTransfer(
  ctx: Pick<Ctx, 'clock'>,
  dbTx: DbTx,
  { book: { bookId }, running, isUnsigned }: Removal,
): Promise<string | undefined> {
  if (running === undefined || !isUnsigned) return undefined
  const of = { bookId, kind: 'cold', objectId: running, problem: PROBLEM } as const
  return (await cancelOutgoing(ctx, dbTx, of)) ? running : undefined
}

async function callBack(
  ctx: Pick<Ctx, 'clock' | 'ids'>,
  dbTx: DbTx,
  { book, transferId }: Readonly<{ book: Book; transferId: string }>,
): Promise<void> {
  const [transfer] = await readTransfers(dbTx, book.bookId, [transferId])
  if (transfer === undefined) throw new Error('what runs is there')
  const end = { kind: 'failed', problem: PROBLEM, at: ctx.clock.now() } as const
  await endTransfer(ctx, dbTx, { book, transfer, end })
}
