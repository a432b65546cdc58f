import { AppError } from '../../errors/app-error.ts'
import { assetsOn } from '../../money/registry.ts'
import { units, type AssetId } from '../../money/units.ts'
import type { DbTx } from '../../shell/db.ts'
import type { BlockRef, ChainAdapter, ChainTransfer, Scan, Tips, Watch } from '../contract.ts'
import { addressOf, checkAddress } from './address.ts'
import { readForks } from './chain.store.ts'
import { BLOCK_MS } from './chain-state.ts'
import { addressOfExtra, blockAt, type Fork } from './derive.ts'
import { balanceAt, transfersMined, transfersWaiting, type SeenTransfer } from './look.store.ts'
import { onChain, type OpenChain, type SimulatedCtx } from './open-chain.action.ts'

/** Whom all coins of a simulated chain come from, and what they begin with. */
const sources = ['faucet', 'contract'] as const
const SOURCE_UNITS = 10n ** 60n

/**
 * The adapter of one simulated chain: it only looks, and knows the node by nothing else.
 *
 * @param honesty `always`: another node of the same chain, which tells the truth whatever the sandbox
 *   plays with the first
 */
export function simulatedAdapter(
  of: SimulatedCtx,
  honesty: 'as played' | 'always' = 'as played',
): ChainAdapter {
  const { family, chain } = of.network
  const ctx = { ...of, honesty }
  const assets = assetsOn(chain).map((asset) => asset.id)
  return {
    chain,
    pollMs: BLOCK_MS,
    tips: () => look(ctx, (_, view) => Promise.resolve(tipsOf(ctx, view))),
    blockAt: (height) => look(ctx, (_, view) => Promise.resolve(visibleBlock(view, height))),
    scan: async (from, watch, blocksMax) => {
      const seen = await look(ctx, (dbTx, view) =>
        scanWindow(dbTx, view, { from, blocksMax, assets }),
      )
      if (seen.kind === 'forked') return seen
      return { ...seen, transfers: await onlyOurs(watch, seen.transfers) }
    },
    pending: async (watch) => {
      const waiting = await look(ctx, (dbTx, { key, lies }) =>
        transfersWaiting(dbTx, key, { assets, phantoms: lies === 'transfers' }),
      )
      return onlyOurs(
        watch,
        waiting.map((one) => chainTransfer(one, undefined)),
      )
    },
    balanceOf: (address, asset, height) =>
      look(ctx, async (dbTx, { key, origin }) => {
        const moved = await balanceAt(dbTx, key, { address, asset, height })
        const isSource = sources.some((extra) => address === addressOfExtra(origin, extra))
        return isSource ? units(moved + SOURCE_UNITS) : moved
      }),
    checkAddress: (text) => checkAddress(family, text),
    addressOf: (publicKey) => addressOf(family, publicKey),
  }
}

/** A chain as its node shows it: `shown` is above `state.height` when it lies about blocks. */
type View = OpenChain &
  Readonly<{ forks: readonly Fork[]; shown: number; lies: 'none' | 'transfers' | 'blocks' }>

type Looking = SimulatedCtx & Readonly<{ honesty: 'as played' | 'always' }>

function look<T>(ctx: Looking, work: (dbTx: DbTx, view: View) => Promise<T>): Promise<T> {
  return onChain(ctx, async (dbTx, chain) => {
    const { halt, lie } = chain.state.behaviour
    const lies = ctx.honesty === 'always' ? 'none' : lie
    if (halt) throw new AppError('chain.unreachable', { chain: ctx.network.name })
    const forks = await readForks(dbTx, chain.key)
    // Enough invented blocks to make everything look final.
    const invented = lies === 'blocks' ? ctx.network.confirmations.final : 0
    return work(dbTx, { ...chain, forks, shown: chain.state.height + invented, lies })
  })
}

function tipsOf(ctx: SimulatedCtx, view: View): Tips {
  const { safe, final } = ctx.network.confirmations
  return {
    latest: blockOf(view, view.shown),
    safeHeight: Math.max(0, view.shown - safe + 1),
    finalHeight: Math.max(0, view.shown - final + 1),
  }
}

const blockOf = (view: View, height: number): BlockRef =>
  blockAt(view.origin, { height, tip: view.state.height }, view.forks)

const visibleBlock = (view: View, height: number): BlockRef | undefined =>
  height >= 0 && height <= view.shown ? blockOf(view, height) : undefined

async function scanWindow(
  dbTx: DbTx,
  view: View,
  at: Readonly<{
    from: BlockRef
    blocksMax: number
    assets: readonly AssetId[]
  }>,
): Promise<Scan> {
  const { from, blocksMax, assets } = at
  if (visibleBlock(view, from.height)?.hash !== from.hash) return { kind: 'forked' }
  const upTo = Math.min(view.shown, from.height + blocksMax)
  const blocks = Array.from({ length: upTo - from.height }, (_, place) =>
    blockOf(view, from.height + 1 + place),
  )
  const phantoms = view.lies === 'transfers'
  const seen = await transfersMined(dbTx, view.key, { after: from.height, upTo, assets, phantoms })
  const block = (height: number | null) => blocks[(height ?? 0) - from.height - 1]
  return {
    kind: 'blocks',
    blocks,
    transfers: seen.map((one) => chainTransfer(one, block(one.height))),
  }
}

const chainTransfer = (
  { height: _, ...rest }: SeenTransfer,
  block: BlockRef | undefined,
): ChainTransfer => ({ ...rest, block })

async function onlyOurs(
  watch: Watch,
  transfers: readonly ChainTransfer[],
): Promise<readonly ChainTransfer[]> {
  if (transfers.length === 0) return []
  const ours = await watch.ours([...new Set(transfers.map((one) => one.to))])
  return transfers.filter((one) => ours.has(one.to))
}
