import type { AddressSource } from '../custody/address-source.ts'
import { issueAddresses } from '../custody/issue-addresses.action.ts'
import { appendEvent } from '../events/append-event.ts'
import type { Asset } from '../money/registry.ts'
import { units } from '../money/units.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { bareWallet } from './snapshot.ts'
import { insertWallet, readWalletOf } from './wallet.store.ts'
import type { Wallet } from './wallet.ts'

/** What opening wallets needs. */
export type OpenCtx = Pick<ShellCtx, 'clock' | 'ids'>

/** A wallet that is asked for. */
export type WalletRequest = Readonly<{
  customerId: string
  asset: Pick<Asset, 'id' | 'chain'>
  label: string | undefined
  /** JSON text of an object. */
  metadata: string
}>

/**
 * A wallet that can be opened: its customer's that is there, or an address nobody was given yet.
 */
export type PreparedWallet =
  | Readonly<{ kind: 'there'; wallet: Wallet }>
  | Readonly<{
      kind: 'new'
      request: WalletRequest
      addresses: Awaited<ReturnType<AddressSource['prepare']>>
    }>

/**
 * Makes everything ready that needs other rooms: keys, nodes. It comes before the dbTx that opens
 * the wallet.
 *
 * @throws what `AddressSource.prepare` throws
 */
export async function prepareWallet(
  ctx: Pick<ShellCtx, 'db'> & Readonly<{ addresses: Pick<AddressSource, 'prepare'> }>,
  book: Book,
  request: WalletRequest,
): Promise<PreparedWallet> {
  const { customerId } = request
  const { id: asset, chain } = request.asset
  const wallet = await readWalletOf(ctx.db, book.bookId, { customerId, asset })
  if (wallet !== undefined) return { kind: 'there', wallet }
  const addresses = await ctx.addresses.prepare(book, [{ chain, asset }])
  return { kind: 'new', request, addresses }
}

/**
 * Opens a wallet as it was prepared, once for each customer and asset: whoever comes second gets
 * the wallet that is there.
 */
export async function openWallet(
  ctx: OpenCtx,
  dbTx: DbTx,
  { book, prepared }: Readonly<{ book: Book; prepared: PreparedWallet }>,
): Promise<Readonly<{ wallet: Wallet; isNew: boolean }>> {
  if (prepared.kind === 'there') return { wallet: prepared.wallet, isNew: false }
  const { request, addresses } = prepared
  const [issued] = addresses
  if (issued === undefined) throw new Error('a wallet was prepared without an address')
  const { customerId, label, metadata } = request
  const wallet = { customerId, label, metadata, asset: issued.asset, address: issued.address }
  const opened = await writeWallet(ctx, dbTx, { book, wallet })
  if (opened.isNew) {
    const owner = { kind: 'wallet', id: opened.wallet.walletId } as const
    await issueAddresses(ctx, dbTx, { book, owner, addresses })
  }
  return opened
}

/** Writes a wallet and its event, unless the customer has one of that asset. */
export async function writeWallet(
  ctx: OpenCtx,
  dbTx: DbTx,
  of: Readonly<{ book: Book; wallet: Omit<Wallet, 'walletId' | 'createdAt'> }>,
): Promise<Readonly<{ wallet: Wallet; isNew: boolean }>> {
  const { book } = of
  const walletId = ctx.ids.next('wal')
  const wallet: Wallet = { ...of.wallet, walletId, createdAt: bookNow(ctx.clock, book) }
  if (!(await insertWallet(dbTx, book.bookId, wallet))) {
    const there = await readWalletOf(dbTx, book.bookId, wallet)
    if (there === undefined) throw new Error(`a wallet of ${wallet.asset} is there and is not`)
    return { wallet: there, isNew: false }
  }
  const frame = { balance: units(0n), pending: units(0n), environment: book.environment }
  const object = bareWallet(wallet, frame)
  await appendEvent(ctx, dbTx, { book, type: 'wallet.created', objectId: walletId, object })
  return { wallet, isNew: true }
}
