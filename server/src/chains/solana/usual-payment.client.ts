import { z } from 'zod'
import { units, type AssetId } from '../../money/units.ts'
import type { Speed, UsualPayment } from '../contract-sending.ts'
import { Amount } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { executionFeeOf, feeMaxOf, type Reading } from './effects.ts'
import { unitLimit, unitPrice } from './fees.ts'
import { rentOf } from './holdings.client.ts'
import type { SolanaNode } from './node.client.ts'
import { impossible } from './payment-rules.ts'
import { programs } from './programs.ts'
import type { Step } from './steps.ts'
import { associatedAccount } from './token-account.ts'

const Prices = z.array(z.object({ prioritizationFee: Amount }))

/** Nobody in particular: a payment's size does not depend on who is paid. */
const NOBODY = programs.system

/** How much dearer than of late a compute unit may get. */
const PRICE_FACTOR = 5n

/** What a payment usually takes here. @throws chain.payment_not_possible */
export async function usualPayment(
  { node, assets }: Readonly<{ node: SolanaNode; assets: AssetTable }>,
  asset: AssetId,
  speed: Speed,
): Promise<UsualPayment> {
  const mint = assets.mints.get(asset)
  if (mint === undefined && asset !== assets.coin) {
    throw impossible(node.chain, `${asset} is not sent here`)
  }
  const recent = await node.ask('getRecentPrioritizationFees', [[]], Prices)
  const price = unitPrice(
    speed,
    recent.map((one) => one.prioritizationFee),
  )
  const steps = stepsOf(mint)
  const limit = { kind: 'unit_limit', units: unitLimit(steps) } as const
  const readingAt = (unitPrice: bigint): Reading => ({
    feePayer: NOBODY,
    steps: [limit, { kind: 'unit_price', price: unitPrice }, ...steps],
  })
  return {
    fee: units(executionFeeOf(readingAt(price))),
    feeMax: feeMaxOf(readingAt(price * PRICE_FACTOR)),
    // An address that has nothing has to be given what every account must hold.
    least: units(mint === undefined ? await rentOf(node, 0) : 1n),
  }
}

function stepsOf(mint: string | undefined): readonly Step[] {
  if (mint === undefined) return [{ kind: 'coins', from: NOBODY, to: NOBODY, lamports: 1n }]
  const { address } = associatedAccount(NOBODY, mint)
  const tokens = { authority: NOBODY, mint, source: address, destination: address, units: 1n }
  return [
    { kind: 'open_account', payer: NOBODY, owner: NOBODY, mint },
    { kind: 'tokens', ...tokens, decimals: 0 },
  ]
}
