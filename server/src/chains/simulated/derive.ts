import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import type { BlockRef } from '../contract.ts'
import { addressFromBytes, type Family } from './address.ts'

/** What everything of one simulated chain is derived from. */
export type Origin = Readonly<{ family: Family; seed: string }>

/** From `fromHeight` on, up to the next fork, blocks carry this salt; before the first it is 0. */
export type Fork = Readonly<{ fromHeight: number; salt: number }>

/** Who takes part in a simulated chain beside our addresses. */
export type Extra = 'faucet' | 'contract' | 'fee collector' | `stranger ${number}`

/** The salt of blocks that a node only pretends to have. */
const LIE_SALT = -1

const digest = (...parts: readonly (string | number)[]): Uint8Array =>
  sha256(utf8ToBytes(parts.join('|')))

/**
 * The block at a height, given the forks so far in any order. Blocks above `tip` are invented: they
 * are what a lying node shows.
 */
export function blockAt(
  origin: Origin,
  at: Readonly<{ height: number; tip: number }>,
  forks: readonly Fork[],
): BlockRef {
  const below = forks.filter((fork) => fork.fromHeight <= at.height)
  const newest = below.reduce((most, fork) => Math.max(most, fork.salt), 0)
  const salt = at.height > at.tip ? LIE_SALT : newest
  const hash = digest(origin.seed, 'block', salt, at.height)
  return { height: at.height, hash: writeHash(origin.family, hash) }
}

/** The hash of the n-th transaction that was submitted to a chain. */
export function txHashOf(origin: Origin, number: number): string {
  return hashName(origin.family, digest(origin.seed, 'tx', number))
}

/** How a family writes the name of a transaction. @param hash 32 bytes */
export function hashName(family: Family, hash: Uint8Array): string {
  // Solana names a transaction by its first signature, which has 64 bytes.
  if (family === 'solana') return base58.encode(concatBytes(hash, sha256(hash)))
  return writeHash(family, hash)
}

/** The address of somebody who is not us. */
export const addressOfExtra = (origin: Origin, extra: Extra): string =>
  addressFromBytes(origin.family, digest(origin.seed, extra))

function writeHash(family: Family, hash: Uint8Array): string {
  switch (family) {
    case 'solana':
      return base58.encode(hash)
    case 'bip122':
    case 'tron':
      return bytesToHex(hash)
    case 'eip155':
    case 'stacks':
    case 'polkadot':
      return `0x${bytesToHex(hash)}`
  }
}
