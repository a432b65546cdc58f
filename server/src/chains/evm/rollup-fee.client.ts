import { bytesToHex } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { selector, word } from './contract-calls.ts'
import type { EvmNode } from './node.client.ts'
import { encodeUnsigned, type EvmTx } from './transaction.ts'

/** Rollups that charge beside the gas for the bytes which they write to their main chain. */
const CHARGING_FOR_BYTES: ReadonlySet<string> = new Set(['eip155:8453'])

/** @see https://docs.optimism.io/stack/transactions/fees */
const ORACLE = '0x420000000000000000000000000000000000000f'
const SENDER_BYTES = 20

/**
 * What a rollup takes for a transaction's bytes, in wei; nothing on other chains. (Arbitrum counts
 * it as gas, so that `eth_estimateGas` holds it.) It is no part of what is signed: nothing limits
 * it, and it moves with the main chain's prices.
 */
export async function rollupFee(node: EvmNode, tx: EvmTx): Promise<bigint> {
  if (!CHARGING_FOR_BYTES.has(node.chain)) return 0n
  const bytes = bytesToHex(encodeUnsigned(tx).subarray(SENDER_BYTES))
  const size = BigInt(bytes.length / 2)
  const padded = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, '0')
  const data = selector('getL1Fee(bytes)') + word(32n) + word(size) + padded
  const answer = await node.ask('eth_call', [{ to: ORACLE, data }, 'latest'], Fee)
  return BigInt(answer)
}

const Fee = z.string().regex(/^0x[0-9a-fA-F]{64}$/)
