import { AppError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import { units, type ChainId } from '../../money/units.ts'
import type { TxCodec, TxEffects } from '../contract-sending.ts'
import { checkBitcoinAddress, type BitcoinNetwork } from './address.ts'
import { readPsbt, writePsbt, type Spend } from './psbt.ts'
import { MalformedBytes } from './read-bytes.ts'
import { addressOfScript } from './script.ts'
import { isSigned, signInputs } from './signatures.ts'
import {
  readTransaction,
  SATOSHI_MAX,
  writeDraft,
  writeSigned,
  type TxOutput,
  slotOf,
} from './transaction.ts'

/** The version of every transaction that we build. */
export const TX_VERSION = 2

/** Says that a transaction may be replaced. @see BIP-125 */
export const SEQUENCE_REPLACEABLE = 0xffff_fffd

/**
 * Writes and reads transactions of one of Bitcoin's networks. Unsigned and signed bytes are both
 * PSBTs, the second with final witnesses: a bare transaction does not say what its inputs are
 * worth.
 */
export const bitcoinCodec = (network: BitcoinNetwork): TxCodec => ({
  explain: (chain, unsigned) => {
    const spend = readSpend(chain, unsigned)
    if (spend.inputs.some((one) => one.witness !== undefined)) {
      throw notReadable(chain, 'it is signed already')
    }
    return effectsOf(chain, spend, network)
  },
  sign: (chain, unsigned, keys) => {
    const spend = readSpend(chain, unsigned)
    mustBePlain(chain, effectsOf(chain, spend, network))
    const witnesses = signInputs(spend, keys, network)
    if (typeof witnesses === 'string') {
      throw notReadable(chain, `the key of ${witnesses} was not given`)
    }
    const inputs = spend.inputs.map((one, index) => ({ ...one, witness: witnesses[index] ?? [] }))
    return { chain, bytes: writePsbt({ ...spend, inputs }), txHash: txidOf(spend) }
  },
  explainSigned: (chain, signed) => {
    const spend = readSpend(chain, signed)
    const effects = effectsOf(chain, spend, network)
    mustBePlain(chain, effects)
    if (!isSigned(spend)) throw notReadable(chain, 'a signature is missing or does not verify')
    return { txHash: txidOf(spend), effects }
  },
})

/** What a signed transaction spends and pays, and its bytes as nodes take them. */
export type FinalTx = Readonly<{ txid: string; spend: Spend; raw: Uint8Array }>

/**
 * Takes signed bytes apart. Signatures are not verified.
 * @throws chain.transaction_not_readable
 */
export function finalTransaction(chain: ChainId, signed: Uint8Array): FinalTx {
  const spend = readSpend(chain, signed)
  const witnesses = spend.inputs.flatMap(({ witness }) => (witness === undefined ? [] : [witness]))
  if (witnesses.length === 0) throw notReadable(chain, 'it is not signed')
  return { txid: txidOf(spend), spend, raw: writeSigned(spend, witnesses) }
}

const txidOf = (spend: Spend): string => readTransaction(writeDraft(spend)).txid

function readSpend(chain: ChainId, bytes: Uint8Array): Spend {
  try {
    return readPsbt(bytes)
  } catch (cause) {
    if (cause instanceof MalformedBytes) throw notReadable(chain, cause.message)
    throw cause
  }
}

const notReadable = (chain: ChainId, problem: string): AppError =>
  new AppError('chain.transaction_not_readable', { chain, problem })

/** We sign nothing else, so what is signed and does more is not ours. */
function mustBePlain(chain: ChainId, { besides: [problem] }: TxEffects): void {
  if (problem !== undefined) throw notReadable(chain, problem)
}

function effectsOf(chain: ChainId, spend: Spend, network: BitcoinNetwork): TxEffects {
  const paid = sum(spend.outputs)
  const fee = sum(spend.inputs.map(({ spent }) => spent)) - paid
  if (fee < 0n || paid > SATOSHI_MAX) throw notReadable(chain, 'it pays more than it spends')
  const { native: asset } = knownNetwork(chain)
  const addresses = spend.inputs.map(({ spent }) => addressOfScript(spent.script, network) ?? '')
  return {
    moves: spend.outputs.flatMap((output) => {
      const to = payeeAddress(output, network)
      return to === undefined ? [] : [{ from: undefined, to, asset, units: output.units }]
    }),
    spenders: [...new Set(addresses)],
    feePayer: undefined,
    feeMax: units(fee),
    slots: spend.inputs.map(slotOf),
    besides: besidesOf(spend, network),
  }
}

/** The address that an output pays; one that nobody can own, or no address, is none. */
function payeeAddress({ script }: TxOutput, network: BitcoinNetwork): string | undefined {
  const address = addressOfScript(script, network)
  if (address === undefined) return undefined
  return checkBitcoinAddress(address, network).kind === 'valid' ? address : undefined
}

const sum = (outputs: readonly Readonly<{ units: bigint }>[]): bigint =>
  outputs.reduce((all, one) => all + one.units, 0n)

/** Everything about a transaction that a plain payment has not. */
function besidesOf(spend: Spend, network: BitcoinNetwork): readonly string[] {
  const { version, lockTime, inputs, outputs } = spend
  const odd = outputs.filter((one) => payeeAddress(one, network) === undefined)
  return [
    ...(version === TX_VERSION ? [] : [`it has the version ${version}`]),
    ...(lockTime === 0 ? [] : [`it is locked until ${lockTime}`]),
    ...(inputs.every(({ sequence }) => sequence >= SEQUENCE_REPLACEABLE)
      ? []
      : ['an input waits for the age of its coins']),
    ...odd.map(({ units: value }) => `it puts ${value} satoshi where no address is`),
  ]
}
