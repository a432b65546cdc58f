import type { Chains } from '../custody/chains.ts'
import type { Deposit, DepositHandler } from '../custody/deposit.ts'
import { outstandingLoss } from '../custody/outstanding-loss.action.ts'
import { latestHeights } from '../custody/read-custody.action.ts'
import { appendEvent } from '../events/append-event.ts'
import type { Allocation } from '../ledger/operations.ts'
import { units, type Units } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import { writeWallet, type OpenCtx } from './open-wallet.action.ts'
import { holdingsOf } from './view-wallets.action.ts'
import { depositEvent } from './snapshot.ts'
import { putWalletDeposit, readWalletDeposits } from './wallet-deposit.store.ts'
import { lockWallet, readWallets } from './wallet.store.ts'
import { depositStatus, walletAccount, type Wallet, type WalletDeposit } from './wallet.ts'

/** What crediting wallets needs. */
export type CreditCtx = OpenCtx & Readonly<{ chains: Chains }>

/**
 * The say of wallets over deposits to their addresses: what arrives is the customer's, in whatever
 * asset of the registry and on whatever chain of the address's family it comes. Where the customer
 * has no wallet of that asset yet, one comes about, with the address that was paid.
 */
export const walletDeposits =
  (ctx: CreditCtx): DepositHandler =>
  async (dbTx, book, { before, deposit }) => {
    const wallet = await creditedWallet(ctx, dbTx, { book, deposit })
    // Deposits to one wallet are told one after the other, so that each event's balance is right.
    await lockWallet(dbTx, book.bookId, wallet.walletId)
    const [known] = await readWalletDeposits(dbTx, book.bookId, [deposit.depositId])
    const allocations =
      deposit.level === 'final' ? await placesOf(dbTx, deposit, { wallet, known }) : []
    const credited = units(
      allocations.find((one) => one.purpose === 'customer.wallet')?.units ?? 0n,
    )
    const now = depositNow(deposit, wallet, { known, credited })
    await putWalletDeposit(dbTx, book.bookId, now)
    const isTold = before !== undefined && depositStatus(before) === depositStatus(deposit.level)
    if (isTold) return allocations
    const change = credited - (known?.creditedUnits ?? 0n)
    const newBalance = await balanceAfter(dbTx, book.bookId, { wallet, change })
    await tell(ctx, dbTx, { book, wallet, deposit: now, newBalance })
    return allocations
  }

async function creditedWallet(
  ctx: CreditCtx,
  dbTx: DbTx,
  { book, deposit }: Readonly<{ book: Book; deposit: Deposit }>,
): Promise<Wallet> {
  const { asset, address, owner } = deposit
  const [paid] = await readWallets(dbTx, book.bookId, [owner.id])
  if (paid === undefined) throw new Error(`there is no wallet ${owner.id}`)
  if (paid.asset === asset) return paid
  const { customerId, metadata } = paid
  const wallet = { customerId, asset, address, label: undefined, metadata }
  return (await writeWallet(ctx, dbTx, { book, wallet })).wallet
}

const depositNow = (
  deposit: Deposit,
  wallet: Wallet,
  { known, credited }: Readonly<{ known: WalletDeposit | undefined; credited: Units }>,
): WalletDeposit => ({
  depositId: deposit.depositId,
  walletId: wallet.walletId,
  units: deposit.units,
  address: deposit.address,
  txHash: deposit.txHash,
  level: deposit.level,
  blockHeight: deposit.block?.height,
  seenAt: deposit.seenAt,
  credits: (known?.credits ?? 0) + (deposit.level === 'final' ? 1 : 0),
  creditedUnits: credited,
})

type Crediting = Readonly<{ wallet: Wallet; known: WalletDeposit | undefined }>

/**
 * Coins that come again after a fork had taken them back make good first what was spent of them.
 */
async function placesOf(
  dbTx: DbTx,
  deposit: Deposit,
  { wallet, known }: Crediting,
): Promise<readonly Allocation[]> {
  const isAgain = known !== undefined && known.credits > 0
  const lost = isAgain ? await outstandingLoss(dbTx, deposit.bookId, deposit.depositId) : 0n
  const back = lost < deposit.units ? lost : deposit.units
  const rest = units(deposit.units - back)
  const { owner } = walletAccount(wallet)
  if (owner === undefined) throw new Error('the account of a wallet has an owner')
  return [
    ...(back > 0n ? [{ purpose: 'receivable.reverted', units: units(back) } as const] : []),
    ...(rest > 0n ? [{ purpose: 'customer.wallet', owner, units: rest } as const] : []),
  ]
}

/** What the wallet holds once the change is booked: a fork takes back no more than is there. */
async function balanceAfter(
  dbTx: DbTx,
  bookId: BookId,
  { wallet, change }: Readonly<{ wallet: Wallet; change: bigint }>,
): Promise<Units> {
  const holdings = await holdingsOf(dbTx, bookId, [wallet])
  const left = (holdings.get(wallet.walletId)?.balance ?? 0n) + change
  return units(left < 0n ? 0n : left)
}

type Telling = Readonly<{
  book: Book
  wallet: Wallet
  deposit: WalletDeposit
  newBalance: Units
}>

async function tell(ctx: CreditCtx, dbTx: DbTx, telling: Telling): Promise<void> {
  const { book, wallet, deposit, newBalance } = telling
  const heights = await latestHeights(dbTx, ctx.chains, book)
  const frame = { wallet, environment: book.environment, heights }
  await appendEvent(ctx, dbTx, {
    book,
    type: `wallet.deposit.${depositStatus(deposit.level)}`,
    // Numbered with the wallet's other events: their balances follow one another.
    objectId: wallet.walletId,
    object: depositEvent(deposit, frame, newBalance),
  })
}
