import type { Chains } from '../custody/chains.ts'
import { latestHeights } from '../custody/read-custody.action.ts'
import { balancesOf } from '../ledger/read-balances.action.ts'
import { units, type AssetId } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import type { Rates } from '../rates/rates.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { transactionSnapshot, walletSnapshot, type Holding } from './snapshot.ts'
import { sumOnItsWay } from './wallet-deposit.store.ts'
import { walletAccount, type Wallet, type WalletDeposit } from './wallet.ts'

/** A wallet as it is told. */
export type WalletView = ReturnType<typeof walletSnapshot>

/** A wallet's transaction as it is told. */
export type TransactionView = ReturnType<typeof transactionSnapshot>

/** What assets cost now, by id; those without a price are left out. */
export type Prices = ReadonlyMap<string, Price>

/** The prices of assets; ask before a dbTx is opened, not inside. */
export const pricesOf = (
  ctx: Readonly<{ rates: Pick<Rates, 'pricesUsd'> }>,
  book: Book,
  assets: readonly AssetId[],
): Promise<Prices> => ctx.rates.pricesUsd(book, [...new Set(assets)])

/** What wallets hold; `db` may be a dbTx. */
export async function holdingsOf(
  db: Queryable,
  bookId: BookId,
  wallets: readonly Wallet[],
): Promise<ReadonlyMap<string, Holding>> {
  const accounts = wallets.map((one) => walletAccount(one).accountId)
  const balances = await balancesOf(db, bookId, accounts)
  const ids = wallets.map((one) => one.walletId)
  const onItsWay = await sumOnItsWay(db, bookId, ids)
  return new Map(
    wallets.map((one) => [
      one.walletId,
      {
        balance: balances.get(walletAccount(one).accountId)?.available ?? units(0n),
        pending: onItsWay.get(one.walletId) ?? units(0n),
      },
    ]),
  )
}

/** Wallets as they are told: with what they hold and what that is worth. `db` may be a dbTx. */
export async function viewsOf(
  db: Queryable,
  book: Book,
  { wallets, prices }: Readonly<{ wallets: readonly Wallet[]; prices: Prices }>,
): Promise<readonly WalletView[]> {
  const holdings = await holdingsOf(db, book.bookId, wallets)
  const { environment } = book
  return wallets.map((wallet) => {
    const holding = holdings.get(wallet.walletId) ?? { balance: units(0n), pending: units(0n) }
    return walletSnapshot(wallet, { ...holding, environment, price: prices.get(wallet.asset) })
  })
}

/** One wallet as it is told. `db` may be a dbTx. */
export async function viewOf(
  db: Queryable,
  book: Book,
  { wallet, prices }: Readonly<{ wallet: Wallet; prices: Prices }>,
): Promise<WalletView> {
  const [view] = await viewsOf(db, book, { wallets: [wallet], prices })
  if (view === undefined) throw new Error('each wallet has a view')
  return view
}

/** Deposits of one wallet as they are told. `db` may be a dbTx. */
export async function transactionsOf(
  ctx: Readonly<{ db: Queryable; chains: Chains; prices: Prices }>,
  book: Book,
  { wallet, deposits }: Readonly<{ wallet: Wallet; deposits: readonly WalletDeposit[] }>,
): Promise<readonly TransactionView[]> {
  if (deposits.length === 0) return []
  const heights = await latestHeights(ctx.db, ctx.chains, book)
  const { environment } = book
  const frame = { wallet, environment, heights, price: ctx.prices.get(wallet.asset) }
  return deposits.map((one) => transactionSnapshot(one, frame))
}
