import type { Chains } from '../custody/chains.ts'
import { expectCoins } from '../custody/expect-coins.action.ts'
import { requestScan } from '../custody/request-scan.action.ts'
import { AppError } from '../errors/app-error.ts'
import { appendEvent } from '../events/append-event.ts'
import { formatUnits, parseUnits } from '../money/amount.ts'
import { knownAsset } from '../money/registry.ts'
import { units as unitsOf, type Units } from '../money/units.ts'
import { sendDeposit } from '../sandbox/send-deposit.action.ts'
import type { SandboxNodes } from '../sandbox/nodes.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { endClaim, putClaim, type ClaimKey } from './claim.store.ts'
import { readDepositsOfTx } from './wallet-deposit.store.ts'
import { readWallets } from './wallet.store.ts'
import { CLAIM_MS, type Wallet, type WalletDeposit } from './wallet.ts'

/** What hearing a claim needs. */
export type ClaimCtx = Pick<ShellCtx, 'db' | 'clock'> &
  Readonly<{ chains: Chains; nodes: SandboxNodes }>

/** A transaction that somebody says paid a wallet. */
export type DepositClaim = Readonly<{
  wallet: Wallet
  /** Decimal text above zero. */
  amount: string
  /** As the chain writes it; absent where the sandbox is to make it. */
  txHash: string | undefined
}>

/** A claim whose amount was read and whose transaction has a name. */
export type HeardClaim = Readonly<{ wallet: Wallet; units: Units; txHash: string }>

/**
 * Reads a claim, and has the chain looked at. In the sandbox it makes the transaction that is
 * claimed where none is named.
 *
 * @throws money.amount_too_precise, money.amount_out_of_range, sandbox.test_key_needed,
 *   sandbox.chain_not_playable
 */
export async function hearDepositClaim(
  ctx: ClaimCtx,
  book: Book,
  { wallet, amount, txHash }: DepositClaim,
): Promise<HeardClaim> {
  const { id, chain, decimals } = knownAsset(wallet.asset)
  const units = parseUnits(amount, decimals)
  if (txHash === undefined) {
    const sent = await sendDeposit(ctx, book, { address: wallet.address, currency: id, amount })
    return { wallet, units, txHash: sent.txHash }
  }
  await requestScan(ctx, book, chain)
  return { wallet, units, txHash }
}

/**
 * What the chain showed so far of a claimed transaction. It credits nothing: what the chain shows
 * is credited by itself. What it does not show is looked for during 24 hours.
 *
 * @returns the deposits of that transaction to the wallet; none when it was not found
 * @throws wallets.deposit_mismatch when it brought another amount
 */
export async function claimDeposit(
  ctx: Pick<ShellCtx, 'clock'>,
  dbTx: DbTx,
  { book, claim }: Readonly<{ book: Book; claim: HeardClaim }>,
): Promise<readonly WalletDeposit[]> {
  const { wallet, txHash, units } = claim
  const { walletId } = wallet
  const found = await foundDeposits(dbTx, book.bookId, { walletId, txHash })
  if (found.length > 0) {
    mustMatch(claim, found)
    return found
  }
  const claimedAt = bookNow(ctx.clock, book)
  const dueAt = claimedAt + CLAIM_MS
  await putClaim(dbTx, book.bookId, { walletId, txHash, units, claimedAt, dueAt })
  const { asset, address } = wallet
  await expectCoins(ctx, dbTx, { bookId: book.bookId, asset, address })
  return []
}

async function foundDeposits(
  dbTx: DbTx,
  bookId: Book['bookId'],
  of: Readonly<{ walletId: string; txHash: string }>,
): Promise<readonly WalletDeposit[]> {
  const deposits = await readDepositsOfTx(dbTx, bookId, of)
  return deposits.filter((one) => one.level !== 'reverted')
}

function mustMatch({ wallet, txHash, units }: HeardClaim, found: readonly WalletDeposit[]): void {
  const sum = found.reduce((total, one) => total + one.units, 0n)
  if (sum === units) return
  const { decimals, code } = knownAsset(wallet.asset)
  const text = (amount: Units): string => `${formatUnits(amount, decimals)} ${code}`
  throw new AppError('wallets.deposit_mismatch', {
    txHash,
    claimed: text(units),
    found: text(unitsOf(sum)),
  })
}

/** Ends the watch for a claimed transaction: one that did not come is told of. */
export async function endDepositClaim(
  ctx: Pick<ShellCtx, 'ids' | 'clock'>,
  dbTx: DbTx,
  { book, key }: Readonly<{ book: Book; key: ClaimKey }>,
): Promise<void> {
  const claim = await endClaim(dbTx, key)
  const [wallet] = await readWallets(dbTx, key.book_id, [key.wallet_id])
  if (claim === undefined || wallet === undefined) return
  const { walletId, txHash } = claim
  if ((await foundDeposits(dbTx, key.book_id, { walletId, txHash })).length > 0) return
  const { currency, network, decimals } = knownAsset(wallet.asset)
  await appendEvent(ctx, dbTx, {
    book,
    type: 'wallet.deposit.not_found',
    objectId: walletId,
    object: {
      wallet_id: walletId,
      customer_id: wallet.customerId,
      currency,
      network,
      amount: formatUnits(claim.units, decimals),
      tx_hash: txHash,
      status: 'not_found',
    },
  })
}
