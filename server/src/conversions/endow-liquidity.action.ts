import type { DepositHandler } from '../custody/deposit.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import type { Asset } from '../money/registry.ts'
import { divide } from '../money/rounding.ts'
import { units, type Units } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import { mineToFinality } from '../sandbox/add-funds.action.ts'
import { play, type SandboxCtx } from '../sandbox/play.action.ts'
import type { Book } from '../shell/book.ts'
import { inDbTx } from '../shell/db.ts'
import { askEndowment, claimEndowment, isEndowed } from './endowment.store.ts'

/** What bringing liquidity to a sandbox needs. */
export type EndowCtx = SandboxCtx & Readonly<{ treasury: Treasury }>

/** What the market maker brings of an asset, in US dollars at the price of that moment. */
const ENDOWMENT_USD = 10_000_000n

/** Whoever began to send and was not heard of after this time was stopped in between. */
const STOPPED_MS = 60_000
const WAIT_MS = 50
const WAITS_MAX = 60

/**
 * Plays the market maker of a sandbox: the first time that somebody wants an asset, ten million
 * dollars' worth of it are sent to the treasury on its chain, found and booked like any deposit,
 * and credited to the liquidity. Once for each asset and book, so that it can be used up. Waits
 * some seconds until it is there. Live books, and chains that cannot be played, get nothing.
 *
 * @throws what `Treasury.keyOf` and the chain's node throw
 */
export async function endowLiquidity(
  ctx: EndowCtx,
  book: Book,
  wanted: Readonly<{ asset: Asset; price: Price }>,
): Promise<void> {
  const { asset } = wanted
  if (ctx.nodes.of(book, asset.chain) === undefined) return
  const key = { bookId: book.bookId, asset: asset.id }
  if (await isEndowed(ctx.db, key)) return
  // The machine's time: moving the book's ahead stops nobody.
  const now = ctx.clock.now()
  const asked = { units: endowmentOf(wanted), now, again: now - STOPPED_MS }
  const toSend = await inDbTx(ctx, (dbTx) => askEndowment(dbTx, key, asked))
  if (toSend !== undefined) await send(ctx, book, { asset, units: toSend })
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    if (await isEndowed(ctx.db, key)) return
    await ctx.clock.sleep(WAIT_MS)
  }
}

function endowmentOf({ asset, price: { usd } }: Readonly<{ asset: Asset; price: Price }>): Units {
  const worth = ENDOWMENT_USD * 10n ** BigInt(asset.decimals + usd.scale)
  return units(divide(worth, usd.mantissa, 'up').quotient)
}

async function send(
  ctx: EndowCtx,
  book: Book,
  { asset, units: amount }: Readonly<{ asset: Asset; units: Units }>,
): Promise<void> {
  await play(ctx, { book, chain: asset.chain }, async (at) => {
    const { address } = await ctx.treasury.keyOf(book, asset.chain)
    await at.node.send('normal', [{ to: address, asset: asset.id, units: amount }])
    await mineToFinality(at)
  })
}

/**
 * What belongs to the liquidity of what arrives at an organization's own addresses; the rest is for
 * `others` to say.
 */
export const endowmentDeposit =
  (others: DepositHandler): DepositHandler =>
  async (dbTx, book, change) => {
    const { deposit } = change
    const isOurs = deposit.level === 'final' && (await claimEndowment(dbTx, deposit, deposit))
    return isOurs ? [{ purpose: 'liquidity', units: deposit.units }] : others(dbTx, book, change)
  }
