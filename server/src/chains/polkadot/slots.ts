import { bytesToHex } from '@noble/hashes/utils.js'
import type { PolkadotTransfer } from './transaction.ts'

/** What a slot says: a sender's nonce, or also the time for which a transaction with it is valid. */
export type Slot =
  | Readonly<{ kind: 'nonce'; address: string; nonce: bigint }>
  | Readonly<{ kind: 'era'; eraBlock: string; period: number }>

/**
 * What a transfer uses up: its nonce, and its time. The time names sender and nonce too, so that
 * only transactions share it of which one alone can be mined.
 */
export const slotsOf = (
  address: string,
  { nonce, era, eraBlock }: Pick<PolkadotTransfer, 'nonce' | 'era' | 'eraBlock'>,
): readonly string[] => [
  `nonce:${address}:${nonce}`,
  `era:${address}:${nonce}:${era.period}:0x${bytesToHex(eraBlock)}`,
]

const NONCE = /^nonce:([1-9A-HJ-NP-Za-km-z]{46,50}):(\d{1,20})$/
const ERA = /^era:[1-9A-HJ-NP-Za-km-z]{46,50}:\d{1,20}:(\d{1,4}):(0x[0-9a-f]{64})$/

/** Reads a slot; undefined when it is none of ours. */
export function readSlot(slot: string): Slot | undefined {
  const [, address, nonce] = NONCE.exec(slot) ?? []
  if (address !== undefined && nonce !== undefined) {
    return { kind: 'nonce', address, nonce: BigInt(nonce) }
  }
  const [, period, eraBlock] = ERA.exec(slot) ?? []
  if (period === undefined || eraBlock === undefined) return undefined
  return { kind: 'era', eraBlock, period: Number.parseInt(period, 10) }
}
