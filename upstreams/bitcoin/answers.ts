import type { Transaction } from 'bitcoinjs-lib'
import { exactNumber } from '../../server/src/money/json-number.ts'
import { tipOf, type Chain, type Stored } from './chain.ts'
import { txidOf, type Coin } from './coins.ts'
import { addressOfOutput } from './faucet.ts'

/** An amount as the node writes it: a number with eight digits behind the point. */
export function btc(value: bigint): unknown {
  const sign = value < 0n ? '-' : ''
  const digits = `${value < 0n ? -value : value}`.padStart(9, '0')
  return exactNumber(`${sign}${digits.slice(0, -8)}.${digits.slice(-8)}`)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** How many blocks stand on a block, itself being the first; -1 off the best chain. */
export const confirmationsOf = (chain: Chain, { hash, height }: Stored): number =>
  chain.active[height]?.hash === hash ? tipOf(chain).height - height + 1 : -1

/** `getblockheader`, and what `getblock` says besides its transactions. */
export function headerAnswer(chain: Chain, stored: Stored): Record<string, unknown> {
  const { block, hash, height } = stored
  const next = confirmationsOf(chain, stored) > 1 ? chain.active[height + 1] : undefined
  return {
    hash,
    confirmations: confirmationsOf(chain, stored),
    height,
    version: block.version,
    merkleroot: block.merkleRoot === undefined ? '' : txidOf(block.merkleRoot),
    time: block.timestamp,
    mediantime: block.timestamp,
    nonce: block.nonce,
    bits: block.bits.toString(16),
    nTx: block.transactions?.length ?? 0,
    ...(block.prevHash === undefined || height === 0
      ? {}
      : { previousblockhash: txidOf(block.prevHash) }),
    ...(next === undefined ? {} : { nextblockhash: next.hash }),
  }
}

/** `getblock` at a verbosity of 1 (txids), 2 (transactions) or 3 (with the outputs they spend). */
export function blockAnswer(chain: Chain, stored: Stored, verbosity: number): unknown {
  const transactions = stored.block.transactions ?? []
  const tx = transactions.map((transaction, index) => {
    if (verbosity === 1) return transaction.getId()
    const answer = transactionAnswer(transaction, stored.spent[index] ?? [], verbosity === 3)
    return { ...answer, hex: transaction.toHex() }
  })
  return { ...headerAnswer(chain, stored), tx }
}

/** A transaction decoded. @param coins what it spends; shown with each input when `shows` */
export function transactionAnswer(
  transaction: Transaction,
  coins: readonly Coin[],
  shows: boolean,
): Record<string, unknown> {
  const { version, locktime, outs } = transaction
  const paid = outs.reduce((sum, output) => sum + output.value, 0n)
  const spent = coins.reduce((sum, coin) => sum + coin.value, 0n)
  return {
    txid: transaction.getId(),
    hash: txidOf(transaction.getHash(true)),
    version,
    size: transaction.byteLength(),
    vsize: transaction.virtualSize(),
    weight: transaction.weight(),
    locktime,
    vin: transaction.ins.map((_, index) => inputAnswer(transaction, index, shows ? coins : [])),
    vout: outs.map(({ script, value }, n) => ({
      value: btc(value),
      n,
      scriptPubKey: scriptAnswer(script),
    })),
    ...(coins.length === 0 ? {} : { fee: btc(spent - paid) }),
  }
}

function inputAnswer(transaction: Transaction, index: number, coins: readonly Coin[]): unknown {
  const input = transaction.ins[index]
  if (input === undefined) return undefined
  const { hash, index: vout, script, witness, sequence } = input
  const coin = coins[index]
  const stack = witness.length === 0 ? {} : { txinwitness: witness.map(hex) }
  if (transaction.isCoinbase()) return { coinbase: hex(script), ...stack, sequence }
  return {
    txid: txidOf(hash),
    vout,
    scriptSig: { asm: '', hex: hex(script) },
    ...stack,
    ...(coin === undefined ? {} : { prevout: prevoutAnswer(coin) }),
    sequence,
  }
}

const prevoutAnswer = ({ coinbase, height, value, script }: Coin): unknown => ({
  generated: coinbase,
  height,
  value: btc(value),
  scriptPubKey: scriptAnswer(script),
})

/** A script with its address where it has one. */
export function scriptAnswer(script: Uint8Array): unknown {
  const address = addressOfOutput(script)
  return { asm: '', hex: hex(script), ...(address === undefined ? {} : { address }) }
}
