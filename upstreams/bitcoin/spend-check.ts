import { schnorr } from '@noble/curves/secp256k1.js'
import { crypto, script, type Transaction } from 'bitcoinjs-lib'
import native from 'secp256k1'
import { MATURITY } from './blocks.ts'
import { spentBy, type Coin } from './coins.ts'

/** A refusal in the words of the real node. */
export type Refusal = Readonly<{ code: number; message: string }>

/** What a transaction costs, or why it cannot be. */
export type SpendCheck =
  Readonly<{ kind: 'pays'; fee: bigint; coins: readonly Coin[] }> | (Refusal & { kind: 'refused' })

/** The node's codes: refused by a rule, and refused since something is missing. */
export const RULE = -26
const MISSING = -25

const refused = (message: string, code: number = RULE): SpendCheck => ({
  kind: 'refused',
  code,
  message,
})

/**
 * Checks what consensus demands of a transaction in a block at `height`: its coins are there and
 * ripe, it pays no more than they hold, and every signature is right.
 */
export function checkSpend(
  transaction: Transaction,
  coinOf: (name: string) => Coin | undefined,
  height: number,
): SpendCheck {
  const names = spentBy(transaction)
  if (new Set(names).size !== names.length) return refused('bad-txns-inputs-duplicate')
  if (transaction.locktime !== 0) return refused('non-final')
  const found = names.map(coinOf)
  const coins = found.filter((coin) => coin !== undefined)
  if (coins.length < names.length) return refused('bad-txns-inputs-missingorspent', MISSING)
  const unripe = coins.find((coin) => coin.coinbase && height - coin.height < MATURITY)
  if (unripe !== undefined) {
    const depth = height - unripe.height
    const problem = `tried to spend coinbase at depth ${depth}`
    return refused(`bad-txns-premature-spend-of-coinbase, ${problem}`)
  }
  const spent = coins.reduce((sum, coin) => sum + coin.value, 0n)
  const paid = transaction.outs.reduce((sum, output) => sum + output.value, 0n)
  if (spent < paid) {
    return refused(`bad-txns-in-belowout, value in (${spent}) < value out (${paid})`)
  }
  const isRight = coins.every((coin, index) => isSignedFor(transaction, { index, coin, coins }))
  if (!isRight) {
    return refused('mempool-script-verify-flag-failed (Signature must be zero for failed CHECKSIG)')
  }
  return { kind: 'pays', fee: spent - paid, coins }
}

type Spending = Readonly<{ index: number; coin: Coin; coins: readonly Coin[] }>

const WHOLE = 1

function isSignedFor(transaction: Transaction, spending: Spending): boolean {
  const { index, coin } = spending
  const witness = transaction.ins[index]?.witness ?? []
  try {
    if (coin.script[0] === 0x51) return isTaprootSigned(transaction, spending, witness)
    if (coin.script[0] !== 0x00 || coin.script.length !== 22) return false
    return isHashSigned(transaction, spending, witness)
  } catch {
    // Malformed signatures and keys make the libraries throw.
    return false
  }
}

function isHashSigned(
  transaction: Transaction,
  { index, coin }: Spending,
  [signed, key, ...more]: readonly Uint8Array[],
): boolean {
  if (signed === undefined || key === undefined || more.length > 0) return false
  const hash = coin.script.subarray(2)
  if (Buffer.compare(crypto.hash160(key), hash) !== 0) return false
  const { signature, hashType } = script.signature.decode(signed)
  const { OP_DUP, OP_HASH160, OP_EQUALVERIFY, OP_CHECKSIG } = script.OPS
  const parts = [OP_DUP, OP_HASH160, hash, OP_EQUALVERIFY, OP_CHECKSIG]
  const code = script.compile(parts.filter((part) => part !== undefined))
  const message = transaction.hashForWitnessV0(index, code, coin.value, hashType)
  // libsecp256k1 refuses the higher of the two values of s by itself.
  return hashType === WHOLE && native.ecdsaVerify(signature, message, key)
}

function isTaprootSigned(
  transaction: Transaction,
  { index, coin, coins }: Spending,
  [signature, ...more]: readonly Uint8Array[],
): boolean {
  if (signature?.length !== 64 || more.length > 0) return false
  const scripts = coins.map((one) => one.script)
  const values = coins.map((one) => one.value)
  const message = transaction.hashForWitnessV1(index, scripts, values, 0)
  return schnorr.verify(signature, message, coin.script.subarray(2))
}
