import { AppError } from '../../errors/app-error.ts'
import type { PolkadotNetwork, TransferName } from './networks.ts'
import type { Runtime } from './runtime.ts'

/** Extensions that add bytes, in the order in which `transaction.ts` writes these. */
const WRITTEN: readonly Readonly<{ name: string; extra: boolean; additional: boolean }>[] = [
  { name: 'CheckSpecVersion', extra: false, additional: true },
  { name: 'CheckTxVersion', extra: false, additional: true },
  { name: 'CheckGenesis', extra: false, additional: true },
  { name: 'CheckMortality', extra: true, additional: true },
  { name: 'CheckNonce', extra: true, additional: false },
  { name: 'ChargeAssetTxPayment', extra: true, additional: false },
  { name: 'CheckMetadataHash', extra: true, additional: true },
]

/** Extensions that add none. */
const SILENT = ['AuthorizeCall', 'CheckNonZeroSender', 'CheckWeight', 'StorageWeightReclaim']

const TRANSFERS: readonly TransferName[] = [
  'transfer_allow_death',
  'transfer_keep_alive',
  'transfer_all',
]

/**
 * Checks that a runtime still is as what is known of its network says: what is built for another
 * one would not be taken, or would mean something else.
 *
 * @throws chain.payment_not_possible
 */
export function mustBeKnown(network: PolkadotNetwork, runtime: Runtime): void {
  const problem = whatIsUnknown(network, runtime)
  if (problem === undefined) return
  throw new AppError('chain.payment_not_possible', { chain: network.chain, problem })
}

/** In words what of a runtime is not as it is known; undefined when nothing is. */
export function whatIsUnknown(network: PolkadotNetwork, runtime: Runtime): string | undefined {
  const { transactionVersion, extensions, callOf } = runtime
  if (!network.transactionVersions.includes(transactionVersion)) {
    return `its runtime has transaction version ${transactionVersion}, which is not known here`
  }
  const moved = TRANSFERS.find((name) => `${callOf(name)}` !== `${network.calls[name]}`)
  if (moved !== undefined) return `its runtime has ${moved} in another place`
  const speaking = extensions.filter(({ name }) => !SILENT.includes(name))
  const isKnown =
    speaking.length === WRITTEN.length &&
    speaking.every(({ name, hasExtra, hasAdditional }, place) => {
      const wanted = WRITTEN[place]
      return (
        wanted?.name === name && wanted.extra === hasExtra && wanted.additional === hasAdditional
      )
    })
  const silent = extensions.filter(({ name }) => SILENT.includes(name))
  if (isKnown && !silent.some((one) => one.hasExtra || one.hasAdditional)) return undefined
  return `its runtime has other signed extensions: ${extensions.map(({ name }) => name).join(' ')}`
}
