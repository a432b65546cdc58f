import type { SendRequest } from '../chains/contract-sending.ts'
import { units, type AssetId, type Units } from '../money/units.ts'

/** What a request may take from an address of an asset; `native` is what its fee is paid in. */
export function takenBy(
  request: SendRequest,
  of: Readonly<{ address: string; asset: AssetId; native: AssetId }>,
): Units {
  const { from, feePayer, payments, feeMax } = request
  const payer = feePayer ?? from[0]
  const fee = payer.address === of.address && of.asset === of.native ? feeMax : 0n
  const isSender = from.some(({ address }) => address === of.address)
  // What empties other addresses, or prepares for it, pays nothing out of the treasury's own.
  const isOwn = isSender && request.everything !== true && request.setup !== true
  const paid = isOwn ? payments.filter(({ asset }) => asset === of.asset) : []
  return units(paid.reduce((sum, one) => sum + one.units, fee))
}
