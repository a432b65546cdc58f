import type { BlockRef, ChainAdapter, ChainTransfer, Tips, Watch } from '../src/chains/contract.ts'
import { addressOf } from '../src/chains/simulated/address.ts'
import type { ChainId } from '../src/money/units.ts'
import { units } from '../src/money/units.ts'

/** What a block or the mempool of a scripted chain holds: a transfer, wherever it is. */
export type Scripted = Omit<ChainTransfer, 'block'>

/** A node that says what the test wrote, for what no node that we can start does on demand. */
export type ScriptedChain = Readonly<{
  adapter: ChainAdapter
  /** Puts a block on top. */
  mine: (hash: string, transfers?: readonly Scripted[]) => void
  /** Takes so many blocks off the top. */
  unwind: (blocks: number) => void
  mempool: Scripted[]
  /** What happens to the chain right after its mempool was looked through, once. */
  afterPending: { happens?: () => void }
  /** Heights up to which blocks are safe and final; they move only when they are set. */
  tips: { safeHeight: number; finalHeight: number }
}>

/** Makes a chain of one block, with nothing final above it. */
export function scriptedChain(chain: ChainId): ScriptedChain {
  const blocks: { hash: string; transfers: readonly Scripted[] }[] = [
    { hash: 'genesis', transfers: [] },
  ]
  const mempool: Scripted[] = []
  const afterPending: ScriptedChain['afterPending'] = {}
  const tips = { safeHeight: 0, finalHeight: 0 }
  const refAt = (height: number): BlockRef | undefined => {
    const block = blocks[height]
    return block === undefined ? undefined : { height, hash: block.hash }
  }
  const only = async (watch: Watch, transfers: readonly ChainTransfer[]) => {
    const ours = await watch.ours(transfers.map((one) => one.to))
    return transfers.filter((one) => ours.has(one.to))
  }
  const adapter: ChainAdapter = {
    chain,
    pollMs: 1_000,
    tips: (): Promise<Tips> => {
      const latest = refAt(blocks.length - 1)
      return latest === undefined
        ? Promise.reject(new Error('no block'))
        : Promise.resolve({ latest, ...tips })
    },
    blockAt: (height) => Promise.resolve(refAt(height)),
    scan: async (from, watch, blocksMax) => {
      if (blocks[from.height]?.hash !== from.hash) return { kind: 'forked' }
      const after = blocks.slice(from.height + 1, from.height + 1 + blocksMax)
      const refs = after.flatMap((_, nth) => refAt(from.height + 1 + nth) ?? [])
      const transfers = after.flatMap((block, nth) =>
        block.transfers.map((one) => ({ ...one, block: refs[nth] })),
      )
      return { kind: 'blocks', blocks: refs, transfers: await only(watch, transfers) }
    },
    pending: async (watch) => {
      const waiting = await only(
        watch,
        mempool.map((one) => ({ ...one, block: undefined })),
      )
      const { happens } = afterPending
      delete afterPending.happens
      happens?.()
      return waiting
    },
    balanceOf: () => Promise.resolve(units(0n)),
    checkAddress: (text) => ({ kind: 'valid', address: text }),
    addressOf: (publicKey) => addressOf('eip155', publicKey),
  }
  return {
    adapter,
    mine: (hash, transfers = []) => void blocks.push({ hash, transfers }),
    unwind: (count) => void blocks.splice(blocks.length - count, count),
    mempool,
    afterPending,
    tips,
  }
}
