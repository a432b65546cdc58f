import { AppError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import { units, type AssetId } from '../../money/units.ts'
import type { Speed, UsualPayment } from '../contract-sending.ts'
import type { DraftParts } from './draft.client.ts'
import { ratesFor } from './fee-rate.client.ts'
import { DUST } from './script.ts'
import { feeAt, vsizeOf, type OwnKind } from './size.ts'
import type { TxOutput } from './transaction.ts'

/** Inputs of a payment: what it usually has, and what is enough where coins came in small pieces. */
const INPUTS_USUAL = 2
const INPUTS_MANY = 10

const P2WSH_BYTES = 34

/** An output of so many bytes of script; what it pays does not change its size. */
const output = (bytes: number): TxOutput => ({ script: new Uint8Array(bytes), units: units(0n) })

/** Room for any kind of payee, and for change. */
const OUTPUTS: readonly TxOutput[] = [output(P2WSH_BYTES), output(P2WSH_BYTES)]

/** What a payment usually takes here. @throws chain.payment_not_possible */
export async function usualPayment(
  { node, feeRate }: Pick<DraftParts, 'node' | 'feeRate'>,
  asset: AssetId,
  speed: Speed,
): Promise<UsualPayment> {
  const { chain } = node
  if (asset !== knownNetwork(chain).native) {
    const problem = `${asset} does not exist there`
    throw new AppError('chain.payment_not_possible', { chain, problem })
  }
  const { wanted } = await ratesFor(node, speed, feeRate)
  const feeOf = (inputs: number): bigint => {
    const kinds: OwnKind[] = Array.from({ length: inputs }, () => 'p2wpkh')
    return feeAt(wanted, vsizeOf(kinds, OUTPUTS))
  }
  return {
    fee: units(feeOf(INPUTS_USUAL)),
    feeMax: units(feeOf(INPUTS_MANY)),
    // The old form of address has the highest limit of all.
    least: units(DUST.p2pkh),
  }
}
