import type { Chains } from '../custody/chains.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import { units, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { SweepCtx } from '../sweeps/start-sweep.action.ts'
import type { Supply, SupplyNeed } from './supply.ts'

/** What looking after the coins of a dispatch needs. */
export type SupplyCtx = SweepCtx & Readonly<{ chains: Chains; treasury: Treasury }>

/**
 * Whether the treasury's key holds at the latest block what a dispatch takes. Called before the
 * dispatch is planned; called again later, it says how things are then.
 *
 * @throws custody.no_deposit_route, chain.unreachable, and what `Treasury.keyOf` throws
 */
export async function ensureSupply(ctx: SupplyCtx, book: Book, need: SupplyNeed): Promise<Supply> {
  const asset = knownAsset(need.asset)
  const native = knownAsset(knownNetwork(asset.chain).native)
  const chain = ctx.chains.of(book, asset.chain)
  if (chain === undefined) throw new AppError('custody.no_deposit_route', { chain: asset.chain })
  const { address } = await ctx.treasury.keyOf(book, asset.chain)
  const { latest } = await chain.adapter.tips()
  const isCoin = asset.id === native.id
  const wanted: readonly (readonly [typeof asset, Units])[] = isCoin
    ? [[asset, units(need.units + need.feeMax)]]
    : [
        [asset, need.units],
        [native, need.feeMax],
      ]
  for (const [one, amount] of wanted) {
    const held = await chain.adapter.balanceOf(address, one.id, latest.height)
    if (held >= amount) continue
    const missing = formatUnits(units(amount - held), one.decimals)
    const problem = `${missing} ${one.currency} is missing at ${address} on ${one.network}.`
    return { waitsFor: one.id === asset.id ? 'coins' : 'gas', problem }
  }
  return 'ready'
}
