import assert from 'node:assert/strict'
import type { AssetId } from '../money/units.ts'
import type { BlockRef, ChainAdapter, ChainTransfer, Watch } from './contract.ts'

/** Most windows that a test scans: a scan that never ends is a fault, not a long test. */
const WINDOWS_MAX = 2_000

/** A watch over some addresses, all of which may be paid by a contract. */
export const watching = (addresses: readonly string[]): Watch => ({
  ours: (met) => Promise.resolve(new Set(met.filter((one) => addresses.includes(one)))),
  expecting: () => Promise.resolve(addresses),
})

/** What a scan from a block to the tip found. */
export type Found = Readonly<{
  blocks: readonly BlockRef[]
  transfers: readonly ChainTransfer[]
}>

/** Scans from a block to the tip in windows; the chain must not fork meanwhile. */
export async function scanToTip(
  adapter: ChainAdapter,
  from: BlockRef,
  how: Readonly<{ watch: Watch; blocksMax: number }>,
): Promise<Found> {
  let last = from
  const blocks: BlockRef[] = []
  const transfers: ChainTransfer[] = []
  for (let windows = 0; windows < WINDOWS_MAX; windows += 1) {
    const scan = await adapter.scan(last, how.watch, how.blocksMax)
    assert.ok(scan.kind === 'blocks', `the chain forked below block ${last.height}`)
    assert.ok(scan.blocks.length <= how.blocksMax, 'a window is no larger than was asked for')
    const end = scan.blocks.at(-1)
    if (end === undefined) return { blocks, transfers }
    blocks.push(...scan.blocks)
    transfers.push(...scan.transfers)
    last = end
  }
  throw new Error('the scan never came to the tip')
}

/** What a follower knows: the blocks it stands on, from the one it began at, and what they held. */
export type Followed = Readonly<{
  blocks: readonly [BlockRef, ...BlockRef[]]
  transfers: readonly ChainTransfer[]
}>

/**
 * One look of a follower, the model of what custody does: it takes the next window, or, when the
 * chain forked, goes back to its last block that is still there.
 */
export async function follow(
  adapter: ChainAdapter,
  known: Followed,
  how: Readonly<{ watch: Watch; blocksMax: number }>,
): Promise<Followed> {
  const [first, ...rest] = known.blocks
  const scan = await adapter.scan(rest.at(-1) ?? first, how.watch, how.blocksMax)
  if (scan.kind === 'blocks') {
    return {
      blocks: [first, ...rest, ...scan.blocks],
      transfers: [...known.transfers, ...scan.transfers],
    }
  }
  for (let kept = rest.length; kept > 0; kept -= 1) {
    const block = rest[kept - 1] ?? first
    const there = await adapter.blockAt(block.height)
    if (there?.hash !== block.hash) continue
    return standOn([first, ...rest.slice(0, kept)], known.transfers)
  }
  return standOn([first], known.transfers)
}

function standOn(blocks: Followed['blocks'], transfers: readonly ChainTransfer[]): Followed {
  const hashes = new Set(blocks.map((block) => block.hash))
  return {
    blocks,
    transfers: transfers.filter((one) => one.block !== undefined && hashes.has(one.block.hash)),
  }
}

/** The sum of what transfers of one asset brought to an address. */
export const sumOf = (
  transfers: readonly ChainTransfer[],
  of: Readonly<{ to: string; asset: AssetId }>,
): bigint =>
  transfers
    .filter((one) => one.to === of.to && one.asset === of.asset)
    .reduce((sum: bigint, one) => sum + one.units, 0n)

/** What tells transfers apart, wherever they are mined, with what they moved. */
export const identity = (one: ChainTransfer): string =>
  [one.txHash, one.index, one.to, one.asset, one.units].join(' ')

/** Transfers as comparable texts with their blocks, in an order of their own. */
export const comparable = (transfers: readonly ChainTransfer[]): readonly string[] =>
  transfers.map((one) => `${identity(one)} in ${one.block?.height} ${one.block?.hash}`).sort()
