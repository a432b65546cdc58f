import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { concatBytes, equalBytes } from '@noble/curves/utils.js'
import { SigHash, Transaction } from '@scure/btc-signer'
import { signECDSA, signSchnorr, taprootTweakPrivKey } from '@scure/btc-signer/utils.js'
import type { SigningKey } from '../contract-sending.ts'
import { hash160 } from '../key-hash.ts'
import { bitcoinAddressOf, type BitcoinNetwork } from './address.ts'
import type { Spend, SpentInput } from './psbt.ts'
import { addressOfScript, payeeOf } from './script.ts'

/** Schnorr signatures are made without chance, so that signing again gives the same bytes. */
const NO_CHANCE = new Uint8Array(32)

/** What the signature of an input is made over: the whole transaction, and the coins it spends. */
type HashOf = (input: SpentInput, index: number) => Uint8Array

/** @see BIP-143 for P2WPKH, BIP-341 for P2TR */
function hashesOf(spend: Spend): HashOf {
  const { version, lockTime, inputs, outputs } = spend
  const transaction = new Transaction({ version, lockTime, allowUnknownOutputs: true })
  for (const { txid, index, sequence } of inputs) transaction.addInput({ txid, index, sequence })
  for (const { script, units: amount } of outputs) transaction.addOutput({ script, amount })
  const scripts = inputs.map(({ spent }) => spent.script)
  const amounts = inputs.map(({ spent }) => spent.units)
  return ({ spent, made }, index) => {
    if (made === undefined) {
      return transaction.preimageWitnessV1(index, scripts, SigHash.DEFAULT, amounts)
    }
    const hash = payeeOf(spent.script)?.payload ?? new Uint8Array()
    const code = concatBytes(Uint8Array.of(0x76, 0xa9, 20), hash, Uint8Array.of(0x88, 0xac))
    return transaction.preimageWitnessV0(index, code, SigHash.ALL, spent.units)
  }
}

/**
 * The witness of every input, each signed over the whole transaction by the key of the output that
 * it spends.
 *
 * @returns the address whose key is missing when there is one
 * @see RFC 6979, BIP-340
 */
export function signInputs(
  spend: Spend,
  keys: readonly SigningKey[],
  network: BitcoinNetwork,
): readonly (readonly Uint8Array[])[] | string {
  const byAddress = new Map(keys.flatMap((key) => addressesOf(key, network)))
  const owners = spend.inputs.map(({ spent }) => addressOfScript(spent.script, network) ?? '')
  const missing = owners.find((address) => !byAddress.has(address))
  if (missing !== undefined) return missing
  const hashOf = hashesOf(spend)
  return spend.inputs.map((input, index) => {
    const privateKey = byAddress.get(owners[index] ?? '') ?? new Uint8Array()
    return input.made === undefined
      ? taprootWitness(privateKey, hashOf(input, index))
      : hashWitness(privateKey, hashOf(input, index))
  })
}

/** A key under both forms of its address: which one was meant, the output says. */
function addressesOf({ privateKey }: SigningKey, network: BitcoinNetwork) {
  const publicKey = secp256k1.getPublicKey(privateKey)
  return (['p2wpkh', 'p2tr'] as const).map(
    (kind) => [bitcoinAddressOf(publicKey, { network, kind }), privateKey] as const,
  )
}

const hashWitness = (privateKey: Uint8Array, hash: Uint8Array): readonly Uint8Array[] => [
  concatBytes(signECDSA(hash, privateKey, true), Uint8Array.of(SigHash.ALL)),
  secp256k1.getPublicKey(privateKey),
]

function taprootWitness(privateKey: Uint8Array, hash: Uint8Array): readonly Uint8Array[] {
  const outputKey = taprootTweakPrivKey(privateKey)
  try {
    return [signSchnorr(hash, outputKey, NO_CHANCE)]
  } finally {
    outputKey.fill(0)
  }
}

/** Whether every input carries a signature over the whole transaction by its output's key. */
export function isSigned(spend: Spend): boolean {
  const hashOf = hashesOf(spend)
  return spend.inputs.every((input, index) => {
    const payload = payeeOf(input.spent.script)?.payload
    if (payload === undefined || input.witness === undefined) return false
    const facts = { hash: hashOf(input, index), payload, witness: input.witness }
    return input.made === undefined ? isTaprootSigned(facts) : isHashSigned(facts)
  })
}

type SignedFacts = Readonly<{
  hash: Uint8Array
  /** What stands in the output: a key's hash, or the key. */
  payload: Uint8Array
  witness: readonly Uint8Array[]
}>

/** P2WPKH: a signature, and the key that the output holds the hash of. @see BIP-141 */
function isHashSigned({ hash, payload, witness }: SignedFacts): boolean {
  const [signature, key, ...more] = witness
  if (signature === undefined || key?.length !== 33 || more.length > 0) return false
  if (signature.at(-1) !== SigHash.ALL || !equalBytes(hash160(key), payload)) return false
  const how = { prehash: false, lowS: true, format: 'der' } as const
  return unlessThrown(() => secp256k1.verify(signature.subarray(0, -1), hash, key, how))
}

/** P2TR by its key: one signature, of 64 bytes since it covers everything. @see BIP-341 */
function isTaprootSigned({ hash, payload, witness }: SignedFacts): boolean {
  const [signature, ...more] = witness
  if (signature?.length !== 64 || more.length > 0) return false
  return unlessThrown(() => schnorr.verify(signature, hash, payload))
}

/** Malformed signatures and keys make the library throw; they are no signatures. */
function unlessThrown(verify: () => boolean): boolean {
  try {
    return verify()
  } catch {
    return false
  }
}
