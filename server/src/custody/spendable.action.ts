import type { BookChain } from '../chains/contract-book-chain.ts'
import { knownNetwork } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Book, BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import { takenBy } from './spendable.ts'
import { countUnderWay, readUnderWay, sumArriving, type UnderWay } from './spendable.store.ts'

/** What is asked: what a key can spend of an asset, and how much would be enough. */
export type SpendableQuestion = Readonly<{
  book: Book
  chain: BookChain
  address: string
  asset: AssetId
  /** Whoever has this much is not looked at more closely. */
  enough: Units
}>

/** Transactions that are looked up, at most; the others count as not mined. */
const LOOK_UPS_MAX = 64

/**
 * What a key holds of an asset at the latest block, less what is planned or on its way from it.
 * Never too much: what is mined only while this is read may be taken off twice.
 *
 * @throws chain.unreachable
 */
export async function spendableOf(
  { db }: Pick<ShellCtx, 'db'>,
  question: SpendableQuestion,
): Promise<Units> {
  const { book, chain, address } = question
  const of = { bookId: book.bookId, chain: chain.adapter.chain, address }
  const underWay = await readUnderWay(db, of)
  const first = await leftOf(question, underWay)
  const sent = underWay.filter(({ state }) => state === 'sent')
  if (first >= question.enough || sent.length === 0) return first
  // Blocks may hold what the books still have on its way: that is no longer in the balance either.
  // They are asked before the balance is, so that nothing is left out that the balance still has.
  const mined = new Set<UnderWay>()
  for (const one of sent.slice(0, LOOK_UPS_MAX)) if (await isMined(chain, one)) mined.add(one)
  return leftOf(
    question,
    underWay.filter((one) => !mined.has(one)),
  )
}

async function leftOf(
  { chain: { adapter }, address, asset }: SpendableQuestion,
  underWay: readonly UnderWay[],
): Promise<Units> {
  const { latest } = await adapter.tips()
  const held = await adapter.balanceOf(address, asset, latest.height)
  const { native } = knownNetwork(adapter.chain)
  const taken = underWay.reduce(
    (sum, { request }) => sum + takenBy(request, { address, asset, native }),
    0n,
  )
  return units(held > taken ? held - taken : 0n)
}

async function isMined({ sender }: BookChain, { signed }: UnderWay): Promise<boolean> {
  for (const { txHash, slots } of signed) {
    const state = await sender?.lookUp(txHash, slots)
    if (state?.kind === 'mined') return true
  }
  return false
}

/** What arrived at an address and a fork may yet take back. */
export const arrivingAt = (
  db: Queryable,
  of: Readonly<{ bookId: BookId; asset: AssetId; address: string }>,
): Promise<Units> => sumArriving(db, of)

/** How many things go out from a key that no block was seen to hold; counted up to `most`. */
export const underWayOf = (
  db: Queryable,
  { book, chain, address }: Pick<SpendableQuestion, 'book' | 'chain' | 'address'>,
  most: number,
): Promise<number> =>
  countUnderWay(db, { bookId: book.bookId, chain: chain.adapter.chain, address }, most)
