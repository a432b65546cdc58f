import type { BlockRef, ChainAdapter } from '../chains/contract.ts'
import { AppError } from '../errors/app-error.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { assetsOn, knownNetwork } from '../money/registry.ts'
import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { readAddressPage } from './address.store.ts'
import type { Chains } from './chains.ts'
import { sumUnbooked } from './deposit.store.ts'
import { sumUnsettled } from './unsettled.action.ts'
import { readUnsettled } from './unsettled.store.ts'
import { readWatch, type WatchKey } from './watch.store.ts'

/** One asset: what the books say we hold, and what the chain says. */
export type ReconciledAsset = Readonly<{
  asset: AssetId
  /** The balance of the custody account. */
  booked: Units
  /**
   * What blocks up to this one did and the books do not have yet: deposits seen or lost, payouts
   * and fees; less what the books have of later ones. May be negative.
   */
  unbooked: Units
  onChain: Units
  /** onChain − booked − unbooked: 0 when the books are right. */
  difference: Units
}>

/** The books of one chain beside the chain itself, at the block that the books have reached. */
export type Reconciliation = Readonly<{
  chain: ChainId
  block: BlockRef
  addresses: number
  assets: readonly ReconciledAsset[]
}>

type Ctx = Pick<ShellCtx, 'db'> & Readonly<{ chains: Chains }>

const PAGE = 200
const ASKED_AT_ONCE = 8

/**
 * Compares what is booked as held on a chain with the balances of all addresses of the book there.
 * Differences are told, never corrected. It asks for every address and asset: hours, on a slow node
 * with many addresses.
 *
 * @throws custody.chain_not_watched, custody.chain_moved_on, chain.unreachable
 */
export async function reconcile(ctx: Ctx, book: Book, chain: ChainId): Promise<Reconciliation> {
  const found = ctx.chains.of(book, chain)
  if (found === undefined) throw new AppError('custody.chain_not_watched', { chain })
  const { adapter, realm } = found
  const { block, booked, unbooked, unsettled } = await readBooks(ctx, book, { realm, chain })
  await mustHold(adapter, block)
  const moved = await sumUnsettled(found, unsettled, block.height)
  const { addresses, sums } = await sumOnChain(ctx, book, { adapter, block })
  // What was asked by height was asked of this branch only if the block is still there.
  await mustHold(adapter, block)
  const assets = assetsOn(chain).map(({ id: asset }) => {
    const facts = {
      booked: booked.get(asset) ?? units(0n),
      unbooked: units((unbooked.get(asset) ?? 0n) + (moved.get(asset) ?? 0n)),
      onChain: sums.get(asset) ?? units(0n),
    }
    const difference = units(facts.onChain - facts.booked - facts.unbooked)
    return { asset, ...facts, difference }
  })
  return { chain, block, addresses, assets }
}

/** The books as they were at one moment. */
function readBooks(ctx: Ctx, book: Book, key: WatchKey) {
  return inDbTx(ctx, async (dbTx) => {
    await dbTx.script('set transaction isolation level repeatable read, read only')
    const watch = await readWatch(dbTx, key)
    if (watch === undefined) throw new AppError('custody.chain_not_watched', { chain: key.chain })
    const held = await balances(dbTx, book.bookId, { purpose: 'custody' })
    const of = { bookId: book.bookId, chain: key.chain }
    const unbooked = await sumUnbooked(dbTx, of)
    return {
      block: watch.cursor,
      booked: new Map(held.map((one) => [one.asset, one.posted])),
      unbooked,
      unsettled: await readUnsettled(dbTx, { ...of, upTo: watch.cursor.height }),
    }
  })
}

async function mustHold(adapter: ChainAdapter, block: BlockRef): Promise<void> {
  const there = await adapter.blockAt(block.height)
  if (there?.hash === block.hash) return
  throw new AppError('custody.chain_moved_on', { chain: adapter.chain, height: block.height })
}

async function sumOnChain(
  ctx: Ctx,
  book: Book,
  at: Readonly<{ adapter: ChainAdapter; block: BlockRef }>,
): Promise<Readonly<{ addresses: number; sums: ReadonlyMap<AssetId, Units> }>> {
  const { adapter, block } = at
  const of = { bookId: book.bookId, family: knownNetwork(adapter.chain).family }
  const sums = new Map<AssetId, Units>()
  let addresses = 0
  // The treasury's own keys have numbers below 0.
  let after = -(2 ** 32)
  for (;;) {
    const page = await readAddressPage(ctx.db, of, { after, limit: PAGE })
    const questions = page.flatMap(({ address }) =>
      assetsOn(adapter.chain).map(({ id: asset }) => ({ address, asset })),
    )
    for (let place = 0; place < questions.length; place += ASKED_AT_ONCE) {
      const asked = questions.slice(place, place + ASKED_AT_ONCE)
      const answers = await Promise.all(
        asked.map(({ address, asset }) => adapter.balanceOf(address, asset, block.height)),
      )
      asked.forEach(({ asset }, nth) => {
        sums.set(asset, units((sums.get(asset) ?? 0n) + (answers[nth] ?? 0n)))
      })
    }
    addresses += page.length
    const last = page.at(-1)
    if (last === undefined) return { addresses, sums }
    after = last.index
  }
}
