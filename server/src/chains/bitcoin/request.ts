import { AppError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import type { ChainId } from '../../money/units.ts'
import type { OwnKey, Payment, SendRequest } from '../contract-sending.ts'
import type { BitcoinNetwork } from './address.ts'
import { dustOf } from './choose-coins.ts'
import { payeeOf, scriptOf } from './script.ts'
import type { OwnKind } from './size.ts'
import type { TxOutput } from './transaction.ts'

/** Most payments of one transaction. */
export const PAYMENTS_MAX = 1_000

/** A key of ours with the form of its output. */
export type OwnScript = OwnKey & Readonly<{ script: Uint8Array; kind: OwnKind }>

/** A request in the words of the chain. */
export type Wish = Readonly<{
  keys: readonly OwnScript[]
  outputs: readonly [TxOutput, ...TxOutput[]]
  change: OwnScript
}>

/** Which network of Bitcoin stands behind a chain. */
export type Place = Readonly<{ chain: ChainId; network: BitcoinNetwork }>

/**
 * Reads a request; what is left over goes to the first sender where no other key is named.
 * @throws chain.payment_not_possible
 */
export function readRequest(place: Place, request: SendRequest): Wish {
  const { payments, from, change = from[0], everything = false } = request
  const refuse = (problem: string): AppError =>
    new AppError('chain.payment_not_possible', { chain: place.chain, problem })
  if (payments.length > PAYMENTS_MAX) {
    throw refuse(`one transaction makes at most ${PAYMENTS_MAX} payments`)
  }
  if (everything && payments.length > 1) throw refuse('everything can go to one address alone')
  const output = (payment: Payment): TxOutput => readPayment(place, payment, { everything, refuse })
  const [first, ...more] = payments
  return {
    keys: from.map((key) => ownScript(place, key, refuse)),
    outputs: [output(first), ...more.map(output)],
    change: ownScript(place, change, refuse),
  }
}

type Rules = Readonly<{ everything: boolean; refuse: (problem: string) => AppError }>

function readPayment(
  { chain, network }: Place,
  { to, asset, units }: Payment,
  { everything, refuse }: Rules,
): TxOutput {
  if (asset !== knownNetwork(chain).native) throw refuse(`${asset} does not exist there`)
  const script = scriptOf(to, network)
  if (script === undefined) throw refuse(`${to} is no address of it`)
  const dust = dustOf(script)
  const isTooLittle = units < dust && !everything
  if (isTooLittle || units < 0n) throw refuse(`nobody passes on less than ${dust} satoshi to ${to}`)
  return { script, units }
}

function ownScript(
  { network }: Place,
  key: OwnKey,
  refuse: (problem: string) => AppError,
): OwnScript {
  const script = scriptOf(key.address, network)
  const kind = script === undefined ? undefined : payeeOf(script)?.kind
  if (script === undefined || (kind !== 'p2wpkh' && kind !== 'p2tr')) {
    throw refuse(`${key.address} is not the address of a key`)
  }
  return { ...key, script, kind }
}
