import type { Chains } from '../../custody/chains.ts'
import { isError } from '../../errors/app-error.ts'
import { appendEvent } from '../../events/append-event.ts'
import { formatUnits } from '../../money/amount.ts'
import { knownAsset, type Asset } from '../../money/registry.ts'
import type { Units } from '../../money/units.ts'
import { judgeAddress } from '../../payouts/own-destinations.action.ts'
import { bookNow, type Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import { coldWalletSnapshot } from './cold-snapshot.ts'
import { asOf, isSame, withTerms, type ColdTerms, type ColdWallet } from './cold-wallet.ts'
import { listColdWallets, lockColdWallet, putColdWallet } from './cold-wallet.store.ts'
import { liesCold } from './lies-cold.action.ts'

type Ctx = Pick<ShellCtx, 'clock' | 'ids'> & Readonly<{ chains: Chains }>
type OfAsset = Readonly<{ book: Book; asset: Asset }>

/** Every cold wallet of a book as of now, with what the books and the chain have there. */
export async function viewColdWallets(
  ctx: Pick<ShellCtx, 'clock'> & Readonly<{ db: Queryable; chains: Chains }>,
  book: Book,
) {
  const now = bookNow(ctx.clock, book)
  const wallets = await listColdWallets(ctx.db, book.bookId)
  return Promise.all(wallets.map((one) => viewed(ctx, book, asOf(one, now))))
}

async function viewed(
  { db, chains }: Readonly<{ db: Queryable; chains: Chains }>,
  book: Book,
  wallet: ColdWallet,
) {
  const { asset } = wallet
  const text = (amount: Units): string => formatUnits(amount, knownAsset(asset).decimals)
  const { units: booked } = await liesCold(db, { bookId: book.bookId, asset })
  const onChain = await chainShows(chains, book, wallet)
  return {
    ...coldWalletSnapshot(wallet),
    booked: text(booked),
    on_chain: onChain === undefined ? null : text(onChain),
  }
}

/** What lies at the address in force; absent when there is none, or no node answers. */
async function chainShows(
  chains: Chains,
  book: Book,
  { asset, inForce }: ColdWallet,
): Promise<Units | undefined> {
  const adapter = chains.of(book, knownAsset(asset).chain)?.adapter
  if (adapter === undefined || inForce === undefined) return undefined
  try {
    const { latest } = await adapter.tips()
    return await adapter.balanceOf(inForce.address, asset, latest.height)
  } catch (error) {
    if (isError(error, 'chain.unreachable')) return undefined
    throw error
  }
}

/**
 * Settles where coins of an asset go, and how many stay. It takes effect after 24 hours of the
 * book's clock; until then what was in force stays so.
 *
 * @throws payouts.destination_invalid, payouts.destination_is_token, payouts.destination_is_ours,
 *   custody.cannot_send
 */
export async function putColdTerms(
  ctx: Ctx,
  dbTx: DbTx,
  { book, asset, terms: asked }: OfAsset & Readonly<{ terms: ColdTerms }>,
) {
  const judging = { db: dbTx, chains: ctx.chains }
  const address = await judgeAddress(judging, book, { asset, address: asked.address })
  const terms = { address, keep: asked.keep }
  const now = bookNow(ctx.clock, book)
  const { bookId } = book
  const written = await lockColdWallet(dbTx, { book_id: bookId, asset: asset.id })
  const before = asOf(written ?? fresh(ctx, { book, asset }), now)
  // Of two who are the first at once, both found nothing to lock: the id is that of one of them.
  const wallet = await putColdWallet(dbTx, withTerms(before, terms, now))
  const isNew = !isSame(before.next?.terms ?? before.inForce, terms)
  const object = coldWalletSnapshot(wallet)
  const { walletId: objectId } = wallet
  if (isNew) await appendEvent(ctx, dbTx, { book, type: 'cold.wallet.changed', objectId, object })
  return object
}

const fresh = (ctx: Ctx, { book, asset }: OfAsset): ColdWallet => ({
  walletId: ctx.ids.next('cw'),
  bookId: book.bookId,
  asset: asset.id,
  inForce: undefined,
  next: undefined,
})
