import { AppError } from '../../errors/app-error.ts'
import { units, type AssetId } from '../../money/units.ts'
import type { Speed, UsualPayment } from '../contract-sending.ts'
import { mustBeKnown } from './known.ts'
import type { PolkadotNetwork } from './networks.ts'
import type { PolkadotNode } from './node.client.ts'
import { feeOf } from './plan.client.ts'
import { PERIOD, tipFor } from './terms.ts'
import type { PolkadotTransfer } from './transaction.ts'

/** Nobody in particular: a transfer's size does not depend on who is paid. */
const NOBODY = new Uint8Array(32).fill(1)

const SOME_AMOUNT = 10n ** 12n
const SOME_NONCE = 100n

/** What a payment usually takes here, by the runtime's own reckoning. */
export async function usualPayment(
  node: PolkadotNode,
  { network, asset }: Readonly<{ network: PolkadotNetwork; asset: AssetId }>,
  wanted: Readonly<{ asset: AssetId; speed: Speed }>,
): Promise<UsualPayment> {
  const { chain } = network
  if (wanted.asset !== asset) {
    const problem = `only ${asset} can be sent`
    throw new AppError('chain.payment_not_possible', { chain, problem })
  }
  const runtime = await node.runtimeAfter()
  mustBeKnown(network, runtime)
  const transfer: PolkadotTransfer = {
    account: NOBODY,
    call: 'transfer_keep_alive',
    to: NOBODY,
    amount: SOME_AMOUNT,
    era: { period: PERIOD, phase: 0 },
    nonce: SOME_NONCE,
    tip: 0n,
    specVersion: runtime.specVersion,
    transactionVersion: runtime.transactionVersion,
    eraBlock: NOBODY,
  }
  const fee = await feeOf(node, network, transfer)
  const tip = tipFor(wanted.speed, fee)
  return {
    fee: units(fee + tip),
    feeMax: units(network.transferFeeMax + tip),
    least: units(runtime.existentialDeposit),
  }
}
