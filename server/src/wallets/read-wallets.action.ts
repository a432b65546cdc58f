import type { Chains } from '../custody/chains.ts'
import { AppError } from '../errors/app-error.ts'
import { chartBalances } from '../ledger/read-balances.action.ts'
import { assetsNamed, resolveAsset, type AssetName } from '../money/alias.ts'
import { knownAsset } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { isId } from '../shell/object-id.ts'
import { centsOf } from '../rates/dollars.ts'
import type { Rates } from '../rates/rates.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { listWalletIds, type WalletFilter } from './list.store.ts'
import {
  holdingsOf,
  pricesOf,
  transactionsOf,
  viewsOf,
  type TransactionView,
  type WalletView,
} from './view-wallets.action.ts'
import { readWalletDeposits } from './wallet-deposit.store.ts'
import { readWalletOf, readWallets } from './wallet.store.ts'
import type { Wallet } from './wallet.ts'

/** What reading wallets needs. */
export type ReadCtx = Readonly<{ db: Queryable; chains: Chains; rates: Pick<Rates, 'pricesUsd'> }>

/** One page of a list. */
export type Listed<Item> = Readonly<{
  items: readonly Item[]
  total: number
  next: string | undefined
}>

/** A wallet of this book. @throws wallets.wallet_unknown, also for ids of other books */
export async function findWallet(db: Queryable, book: Book, walletId: string): Promise<Wallet> {
  // What cannot be an id is not asked for: a text may hold what the database has no place for.
  const [wallet] = await readWallets(db, book.bookId, isId(walletId) ? [walletId] : [])
  if (wallet === undefined) throw new AppError('wallets.wallet_unknown', { wallet: walletId })
  return wallet
}

/**
 * A customer's wallet by what it is for. @throws wallets.wallet_unknown, what `resolveAsset` does
 */
export async function lookUpWallet(
  db: Queryable,
  book: Book,
  of: AssetName & Pick<Wallet, 'customerId'>,
): Promise<Wallet> {
  const { id: asset, code } = resolveAsset(of)
  const wallet = await readWalletOf(db, book.bookId, { customerId: of.customerId, asset })
  const name = `of ${of.customerId} for ${code}`
  if (wallet === undefined) throw new AppError('wallets.wallet_unknown', { wallet: name })
  return wallet
}

/** What a list of wallets is narrowed to; `currency` is a symbol, code or CAIP-19 id. */
export type WalletQuery = Readonly<{
  customerId?: string | undefined
  currency?: string | undefined
}>

/**
 * Wallets of this book, newest first. @throws wallets.list_place_unknown, money.unknown_currency
 */
export async function listWallets(
  ctx: ReadCtx,
  book: Book,
  { query, place }: Readonly<{ query: WalletQuery; place: ListPlace }>,
): Promise<Listed<WalletView>> {
  const list = { filter: filterOf(query), place }
  const { ids, total, next } = await listWalletIds(ctx.db, book.bookId, list)
  const wallets = await readWallets(ctx.db, book.bookId, ids)
  const prices = await pricesOf(
    ctx,
    book,
    wallets.map((one) => one.asset),
  )
  return { items: await viewsOf(ctx.db, book, { wallets, prices }), total, next }
}

function filterOf({ customerId, currency }: WalletQuery): WalletFilter {
  if (currency === undefined) return { customerId }
  const assets = [...assetsNamed(currency)].map((asset) => asset.id)
  if (assets.length === 0) throw new AppError('money.unknown_currency', { currency })
  return { customerId, assets }
}

/** What wallets are worth together, and which assets they hold that have no price now. */
export type Worth = Readonly<{ cents: bigint; unpriced: readonly string[] }>

/** The worth of all wallets of a book, or of one customer's. */
export async function worthOf(
  ctx: ReadCtx,
  book: Book,
  customerId: string | undefined,
): Promise<Worth> {
  const sums =
    customerId === undefined
      ? await sumsOfBook(ctx.db, book.bookId)
      : await sumsOfCustomer(ctx.db, book.bookId, customerId)
  const held = sums.filter((one) => one.sum !== 0n)
  const prices = await pricesOf(
    ctx,
    book,
    held.map((one) => one.asset),
  )
  const cents = held.reduce((total, { asset, sum }) => {
    const price = prices.get(asset)
    return price === undefined ? total : total + centsOf(sum, knownAsset(asset).decimals, price)
  }, 0n)
  const unpriced = held.filter(({ asset }) => !prices.has(asset))
  return { cents, unpriced: unpriced.map(({ asset }) => knownAsset(asset).code) }
}

type Sum = Readonly<{ asset: AssetId; sum: Units }>

async function sumsOfBook(db: Queryable, bookId: BookId): Promise<readonly Sum[]> {
  const rows = await chartBalances(db, bookId)
  return rows
    .filter((row) => row.purpose === 'customer.wallet')
    .map(({ asset, available }) => ({ asset, sum: available }))
}

// A customer has at most one wallet for each asset of the registry.
const CUSTOMERS_WALLETS_MAX = 1_000

async function sumsOfCustomer(
  db: Queryable,
  bookId: BookId,
  customerId: string,
): Promise<readonly Sum[]> {
  const list = { filter: { customerId }, place: { page: 1, limit: CUSTOMERS_WALLETS_MAX } }
  const { ids } = await listWalletIds(db, bookId, list)
  const wallets = await readWallets(db, bookId, ids)
  const holdings = await holdingsOf(db, bookId, wallets)
  return wallets.map(({ walletId, asset }) => ({
    asset,
    sum: holdings.get(walletId)?.balance ?? units(0n),
  }))
}

/** Deposits of a wallet by their ids; what is none is left out. */
export async function transactionsById(
  ctx: ReadCtx,
  book: Book,
  { wallet, ids }: Readonly<{ wallet: Wallet; ids: readonly string[] }>,
): Promise<readonly TransactionView[]> {
  const deposits = await readWalletDeposits(ctx.db, book.bookId, ids)
  const prices = await pricesOf(ctx, book, [wallet.asset])
  return transactionsOf({ ...ctx, prices }, book, { wallet, deposits })
}
