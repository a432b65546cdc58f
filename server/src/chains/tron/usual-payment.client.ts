import { units, type AssetId } from '../../money/units.ts'
import type { UsualPayment } from '../contract-sending.ts'
import type { TronAssets } from './assets.ts'
import { feeOf, mustBeKnown, type Needs, type Resources } from './fees.ts'
import type { TronNode } from './node.client.ts'
import { readPrices } from './prices.client.ts'
import { notPossible } from './request.ts'

/** Bytes with signature and result. */
const COINS_BANDWIDTH = 270n
const TOKEN_BANDWIDTH = 350n

/** Energy of a transfer of the dollar that most people mean, to a payee who has some or none yet. */
const TOKEN_ENERGY = 65_000n
const TOKEN_ENERGY_FIRST = 131_000n

/** The limit that is signed is half as much again as a call needs (`feeLimitOf`). */
const LIMIT_TENTHS = 15n

/** Nothing is staked, and what is free for a day is used up. */
const NOTHING: Resources = { freeBandwidth: 0n, stakedBandwidth: 0n, energy: 0n }

/**
 * What a payment usually takes here. Prices are the same for all, so haste changes nothing.
 * @throws chain.payment_not_possible
 */
export async function usualPayment(
  { node, assets }: Readonly<{ node: TronNode; assets: TronAssets }>,
  asset: AssetId,
): Promise<UsualPayment> {
  const isToken = assets.contractOf(asset) !== undefined
  if (!isToken && asset !== assets.native) {
    throw notPossible(node.chain, `${asset} is not sent here`)
  }
  const prices = await readPrices(node)
  mustBeKnown(node.chain, prices)
  const feeFor = (needs: Needs): bigint => feeOf(needs, prices, NOTHING)
  const coins = { bandwidth: COINS_BANDWIDTH, energy: 0n }
  const token = { bandwidth: TOKEN_BANDWIDTH, newAccount: false }
  const usual = feeFor(
    isToken ? { ...token, energy: TOKEN_ENERGY } : { ...coins, newAccount: false },
  )
  const first = feeFor(
    isToken ? { ...token, energy: TOKEN_ENERGY_FIRST } : { ...coins, newAccount: true },
  )
  const most = (first * LIMIT_TENTHS) / 10n
  return { fee: units(usual), feeMax: units(most), least: units(1n) }
}
