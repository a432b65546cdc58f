import { bytesToHex } from '@noble/hashes/utils.js'
import { deriveKey, usualPath } from './derived-key.ts'
import { HARDENED } from './key-path.ts'
import type { Master } from './master.ts'

/** Families whose addresses only the signer can make: all their steps are hardened. */
export const poolFamilies = ['solana', 'polkadot'] as const

/** Addresses of one answer at most: a tenth of a second of work, and one frame. */
export const POOL_COUNT_MAX = 200

/** An address that was made in advance. `publicKey` is 32 bytes in hex, of ed25519 or sr25519. */
export type PoolKey = Readonly<{ path: string; publicKey: string; address: string }>

/** Which addresses: indexes `from` to `from + count − 1` of an account. */
export type WantedPool = Readonly<{
  family: (typeof poolFamilies)[number]
  account: number
  from: number
  count: number
}>

/** The addresses of an account from an index on; fewer where the indexes end at 2^31 − 1. */
export function poolOf(
  master: Master,
  { family, account, from, count }: WantedPool,
): readonly PoolKey[] {
  const length = Math.min(count, HARDENED - from)
  return Array.from({ length }, (_, nth) => {
    const path = usualPath(family, account, from + nth)
    const { publicKey, privateKey, address } = deriveKey(master, { family, path })
    privateKey.fill(0)
    return { path, publicKey: bytesToHex(publicKey), address }
  })
}
