import { units, type AssetId, type Units } from '../money/units.ts'
import { account } from './chart.ts'
import type { Entry, Transfer } from './transfer.ts'

// What happens in the books when coins go where our keys do not reach; see operations.ts.

/** Coins that arrived in a cold wallet for good. */
export type ColdMove = Readonly<{
  transferId: string
  asset: AssetId
  units: Units
  /** What the chain took, in its coin; ≥ 0. */
  fee: Readonly<{ asset: AssetId; units: Units }>
  chain: string
  txHash: string
  block: Readonly<{ height: number; hash: string }>
}>

/** They are the organization's as before, and nobody's balance changes but for the fee. */
export function movedToCold(move: ColdMove): Entry {
  const { transferId, asset, fee, chain, txHash, block } = move
  const paid: readonly Transfer[] =
    fee.units === 0n
      ? []
      : [
          {
            debit: account('fees.network', fee.asset, transferId),
            credit: account('custody', fee.asset),
            asset: fee.asset,
            units: units(fee.units),
          },
        ]
  return {
    operation: 'movedToCold',
    externalId: `cold:${transferId}:moved`,
    facts: { object: transferId, chain, txHash, block: { height: block.height, hash: block.hash } },
    transfers: [
      {
        debit: account('custody.cold', asset),
        credit: account('custody', asset),
        asset,
        units: move.units,
      },
      ...paid,
    ],
  }
}
