import { createHash } from 'node:crypto'
import {
  address,
  crypto,
  initEccLib,
  networks,
  payments,
  Psbt,
  type Transaction,
} from 'bitcoinjs-lib'
import native from 'secp256k1'

/** A key of the stand-in's own people, with the script of its P2WPKH address. */
export type FaucetKey = Readonly<{
  privateKey: Uint8Array
  publicKey: Uint8Array
  script: Uint8Array
}>

/** An output that a key can spend. */
export type FaucetCoin = Readonly<{ txid: string; index: number; value: bigint }>

/** What a payment is made of. */
export type PayPlan = Readonly<{
  key: FaucetKey
  coins: readonly FaucetCoin[]
  outputs: readonly Readonly<{ script: Uint8Array; value: bigint }>[]
  fee: bigint
  replaceable: boolean
}>

const REPLACEABLE = 0xfffffffd
const FINAL = 0xffffffff

/** The key with an even y that has this x. */
const evenKey = (x: Uint8Array): Uint8Array => Uint8Array.from([0x02, ...x])

// The parts of the curve that bitcoinjs-lib leaves to others.
initEccLib({
  isXOnlyPoint: (x) => native.publicKeyVerify(evenKey(x)),
  xOnlyPointAddTweak: (x, tweak) => {
    try {
      const [sign = 0, ...xOnly] = native.publicKeyTweakAdd(evenKey(x), tweak)
      return { parity: sign === 0x03 ? 1 : 0, xOnlyPubkey: Uint8Array.from(xOnly) }
    } catch {
      // No key at all comes of it.
      return null
    }
  },
})

/** A key that everybody could know: a hash of a word. */
export function faucetKey(word: string): FaucetKey {
  const privateKey = Uint8Array.from(createHash('sha256').update(word).digest())
  const publicKey = native.publicKeyCreate(privateKey)
  const script = payments.p2wpkh({ hash: crypto.hash160(publicKey) }).output
  if (script === undefined) throw new Error('a key has a script')
  return { privateKey, publicKey, script }
}

/** The script behind an address of the network. */
export const scriptOfAddress = (text: string): Uint8Array =>
  address.toOutputScript(text, networks.regtest)

/** The address of a script of the network; absent where it has none. */
export function addressOfOutput(script: Uint8Array): string | undefined {
  try {
    return address.fromOutputScript(script, networks.regtest)
  } catch {
    // The library throws for every script without an address.
    return undefined
  }
}

/** A signed transaction from these coins to these outputs; what is left goes back to the key. */
export function signPayment(plan: PayPlan): Transaction {
  const { key, coins, outputs, fee } = plan
  const psbt = new Psbt({ network: networks.regtest })
  for (const { txid, index, value } of coins) {
    psbt.addInput({
      hash: txid,
      index,
      sequence: plan.replaceable ? REPLACEABLE : FINAL,
      witnessUtxo: { script: key.script, value },
    })
  }
  const left = [...coins.map((one) => one.value), ...outputs.map((one) => -one.value)]
  const change = left.reduce((sum, value) => sum + value, -fee)
  for (const output of outputs) psbt.addOutput(output)
  if (change < 0n) throw new Error('the coins do not pay for it')
  if (change > 0n) psbt.addOutput({ script: key.script, value: change })
  psbt.setMaximumFeeRate(1_000_000)
  psbt.signAllInputs({
    publicKey: key.publicKey,
    sign: (hash) => native.ecdsaSign(hash, key.privateKey).signature,
  })
  return psbt.finalizeAllInputs().extractTransaction(true)
}
