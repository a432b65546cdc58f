import { base58 } from '@scure/base'
import type { Network } from '../money/registry.ts'

/**
 * The name of a transaction as the adapters of a family write it, read from any spelling of it: hex
 * digits in either case, with or without `0x`.
 *
 * @returns absent where the text names no transaction of the family
 */
export function txHashOf(family: Network['family'], text: string): string | undefined {
  switch (family) {
    case 'solana':
      return isSignature(text) ? text : undefined
    case 'bip122':
    case 'tron':
      return digitsOf(text)
    case 'eip155':
    case 'stacks':
    case 'polkadot': {
      const digits = digitsOf(text)
      return digits === undefined ? undefined : `0x${digits}`
    }
  }
}

const digitsOf = (text: string): string | undefined =>
  /^(?:0x)?([0-9a-f]{64})$/i.exec(text)?.[1]?.toLowerCase()

/** Solana names a transaction by its first signature. */
function isSignature(text: string): boolean {
  return /^[1-9A-HJ-NP-Za-km-z]{64,88}$/.test(text) && base58.decode(text).length === 64
}
