import { pbkdf2Sync } from 'node:crypto'
import { HDKey } from '@scure/bip32'
import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'

/** Families of chains whose deposit addresses derive from an account's public key alone. */
export const pathFamilies = ['bip122', 'bip122-p2tr', 'eip155', 'tron', 'stacks'] as const

/** One of these families, named as in CAIP-2; Taproot has account keys of its own (BIP-86). */
export type PathFamily = (typeof pathFamilies)[number]

/** Hardened purpose and coin of the account paths. */
const accountPaths: Readonly<Record<PathFamily, Readonly<{ purpose: number; coin: number }>>> = {
  bip122: { purpose: 84, coin: 0 },
  'bip122-p2tr': { purpose: 86, coin: 0 },
  eip155: { purpose: 44, coin: 60 },
  tron: { purpose: 44, coin: 195 },
  stacks: { purpose: 44, coin: 5757 },
}

/** Accounts are hardened steps: 31 bits. */
export const ACCOUNT_MAX = 2 ** 31 - 1

/** The public side of one account: `path` such as `m/84'/0'/3'`, `xpub` as in BIP-32. */
export type AccountKey = Readonly<{ path: string; xpub: string }>

/**
 * The 64-byte seed of a keystore's entropy: BIP-39 over its 24 English words.
 *
 * @param entropy 16 to 32 bytes, a multiple of 4
 * @see https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki
 */
export function seedOf(entropy: Uint8Array, passphrase = ''): Buffer {
  const words = entropyToMnemonic(entropy, wordlist).normalize('NFKD')
  return pbkdf2Sync(words, `mnemonic${passphrase.normalize('NFKD')}`, 2_048, 64, 'sha512')
}

/** Names a seed without telling it: the fingerprint of its root key, 8 hex digits (BIP-32). */
export const fingerprintOf = (root: HDKey): string => root.fingerprint.toString(16).padStart(8, '0')

/** The root key of a seed. */
export const rootOf = (seed: Uint8Array): HDKey => HDKey.fromMasterSeed(seed)

/**
 * The public key of one account; nothing that can sign leaves this function.
 *
 * @param account 0 to `ACCOUNT_MAX`
 * @see https://github.com/bitcoin/bips/blob/master/bip-0044.mediawiki and bip-0084
 */
export function accountKey(root: HDKey, family: PathFamily, account: number): AccountKey {
  const { purpose, coin } = accountPaths[family]
  const path = `m/${purpose}'/${coin}'/${account}'`
  const key = root.derive(path)
  const xpub = key.publicExtendedKey
  key.wipePrivateData()
  return { path, xpub }
}
