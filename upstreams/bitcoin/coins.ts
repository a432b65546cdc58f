import { Transaction } from 'bitcoinjs-lib'

/** An output that nobody has spent. */
export type Coin = Readonly<{
  txid: string
  index: number
  script: Uint8Array
  value: bigint
  /** The block that made it; above the tip for what waits in the mempool. */
  height: number
  coinbase: boolean
}>

/** Unspent outputs by `<txid>:<index>`. */
export type Coins = Map<string, Coin>

/** The name of an output. */
export const outpoint = (txid: string, index: number): string => `${txid}:${index}`

/** The outputs that a transaction spends, by their names. */
export const spentBy = (transaction: Transaction): readonly string[] =>
  transaction.ins.map(({ hash, index }) => outpoint(txidOf(hash), index))

/** A hash as the world writes it. */
export const txidOf = (hash: Uint8Array): string => Buffer.from(hash.toReversed()).toString('hex')

/** The outputs that a transaction makes; those that nobody can ever spend are none. */
export function madeBy(transaction: Transaction, height: number): readonly Coin[] {
  const [txid, coinbase] = [transaction.getId(), transaction.isCoinbase()]
  return transaction.outs.flatMap(({ script, value }, index) =>
    script[0] === 0x6a ? [] : [{ txid, index, script, value, height, coinbase }],
  )
}
