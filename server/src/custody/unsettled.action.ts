import type { BookChain } from '../chains/contract-book-chain.ts'
import { knownNetwork } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import { leavesUs } from './outgoing/outgoing.ts'
import type { Unsettled } from './unsettled.store.ts'

/**
 * What transactions of ours changed of the coins at our addresses, by asset, between the books and
 * a block: negative is what blocks up to it took and the books still have, positive what the books
 * gave away already and only later blocks hold.
 *
 * @throws chain.unreachable
 */
export async function sumUnsettled(
  chain: BookChain,
  all: readonly Unsettled[],
  upTo: number,
): Promise<ReadonlyMap<AssetId, Units>> {
  const { native } = knownNetwork(chain.adapter.chain)
  const sums = new Map<AssetId, Units>()
  for (const one of all) {
    const isBooked = one.settled !== undefined
    const end = one.settled ?? (await minedBy(chain, one, upTo))
    if (end === undefined) continue
    const add = (asset: AssetId, amount: bigint): void =>
      void sums.set(asset, units((sums.get(asset) ?? 0n) + (isBooked ? amount : -amount)))
    add(native, end.fee)
    if (!leavesUs(one.kind) || !end.succeeded) continue
    for (const payment of one.request.payments) add(payment.asset, payment.units)
  }
  return sums
}

async function minedBy(
  { sender }: BookChain,
  { sent }: Unsettled,
  upTo: number,
): Promise<Unsettled['settled']> {
  for (const { txHash, slots } of sent) {
    const state = await sender?.lookUp(txHash, slots)
    if (state?.kind === 'mined' && state.block.height <= upTo) return state
  }
  return undefined
}
