import { units, type AssetId } from '../../money/units.ts'
import type { Speed, UsualPayment } from '../contract-sending.ts'
import { transferCall } from './contract-calls.ts'
import { notPossible, type Sending } from './draft.client.ts'
import { feeMaxOf } from './effects.ts'
import { quoteAt } from './prices.client.ts'
import { rollupFee } from './rollup-fee.client.ts'
import type { EvmTx } from './transaction.ts'
import { hexToBytes } from '@noble/hashes/utils.js'

/**
 * Gas of a payment: what it usually takes, and what is enough for a payee that is a contract, a
 * token that does more than to move, and a replacement or two. The treasury has to hold as much.
 */
const GAS = {
  coin: { usual: 21_000n, most: 60_000n },
  token: { usual: 65_000n, most: 150_000n },
} as const

/** Nobody, as far as a payment's size goes. */
const NOBODY = `0x${'11'.repeat(20)}`

/** What a payment usually takes here. @throws chain.payment_not_possible */
export async function usualPayment(
  sending: Sending,
  asset: AssetId,
  speed: Speed,
): Promise<UsualPayment> {
  const { node, assets, chainId } = sending
  const contract = assets.contractOf(asset)
  if (contract === undefined && asset !== assets.native) {
    throw notPossible(node, `${asset} is not sent here`)
  }
  const { price, expected } = await quoteAt(node, { speed, exact: false })
  const gas = contract === undefined ? GAS.coin : GAS.token
  const tx: EvmTx = {
    from: NOBODY,
    chainId,
    nonce: 1_000n,
    price,
    gas: gas.most,
    to: contract ?? NOBODY,
    value: contract === undefined ? 10n ** 18n : 0n,
    data:
      contract === undefined
        ? new Uint8Array()
        : hexToBytes(transferCall(NOBODY, 10n ** 18n).slice(2)),
    authorizations: [],
  }
  const forBytes = await rollupFee(node, tx)
  return {
    fee: units(gas.usual * expected + forBytes),
    feeMax: units(feeMaxOf(tx) + 2n * forBytes),
    least: units(1n),
  }
}
