import { isoTime } from '../events/event.ts'
import { formatUnits } from '../money/amount.ts'
import { exactNumber } from '../money/json-number.ts'
import { readJson } from '../money/json.ts'
import { knownAsset } from '../money/registry.ts'
import { centsOf, dollarText } from '../rates/dollars.ts'
import type { Price } from '../rates/price.ts'
import type { Book } from '../shell/book.ts'
import type { ListPlace } from '../shell/list-page.ts'
import { transactionsById, type ReadCtx } from '../wallets/read-wallets.action.ts'
import { pricesOf } from '../wallets/view-wallets.action.ts'
import type { Wallet } from '../wallets/wallet.ts'
import { listTransactionIds } from './list.store.ts'
import type { Payout } from './payout.ts'
import { readPayouts } from './payout.store.ts'

/** A withdrawal as the list of its wallet's transactions has it. */
export function withdrawalSnapshot(payout: Payout, price: Price | undefined) {
  const { currency, network, id: asset, decimals } = knownAsset(payout.asset)
  const worth = price && exactNumber(dollarText(centsOf(payout.units, decimals, price)))
  return {
    id: payout.payoutId,
    type: 'withdrawal' as const,
    wallet_id: payout.sourceId ?? '',
    customer_id: payout.customerId ?? '',
    metadata: readJson(payout.metadata),
    ...{ currency, network, asset },
    amount: formatUnits(payout.units, decimals),
    amount_usd: worth ?? null,
    fee: formatUnits(payout.feeUnits, decimals),
    status: payout.status,
    tx_hash: payout.txHash ?? null,
    recipient_address: payout.destination,
    created_at: isoTime(payout.createdAt),
  }
}

/**
 * What came to a wallet and was sent from it, newest first.
 *
 * @throws payouts.payout_place_unknown
 */
export async function listWalletHistory(
  ctx: ReadCtx,
  book: Book,
  { wallet, place }: Readonly<{ wallet: Wallet; place: ListPlace }>,
) {
  const list = { walletId: wallet.walletId, place }
  const { ids, total, next } = await listTransactionIds(ctx.db, book.bookId, list)
  const sent = await readPayouts(ctx.db, book.bookId, ids)
  const came = await transactionsById(ctx, book, { wallet, ids })
  const price = (await pricesOf(ctx, book, [wallet.asset])).get(wallet.asset)
  const items = [...sent.map((one) => withdrawalSnapshot(one, price)), ...came]
  const byId = new Map(items.map((one) => [one.id, one]))
  return { items: ids.flatMap((id) => byId.get(id) ?? []), total, next }
}
