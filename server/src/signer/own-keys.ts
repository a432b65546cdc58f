import { addressOf } from '../chains/simulated/address.ts'
import { TREASURY } from '../chains/treasury-account.ts'
import { AppError } from '../errors/app-error.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { deriveKey, usualPath, type DerivedKey } from './derived-key.ts'
import type { Intent } from './intent.ts'
import { HARDENED } from './key-path.ts'
import type { Master } from './master.ts'

/** An address of ours as it was proved by deriving its key. `book` is its book's account number. */
export type OwnKey = DerivedKey & Readonly<{ book: number; isTestKey: boolean }>

const PATHS: Readonly<Record<NetworkFamily, RegExp>> = {
  bip122: /^m\/8[46]'\/(?<coin>[01])'\/(?<account>\d+)'\/[01]\/\d+$/,
  eip155: /^m\/44'\/60'\/(?<account>\d+)'\/0\/\d+$/,
  tron: /^m\/44'\/195'\/(?<account>\d+)'\/0\/\d+$/,
  stacks: /^m\/44'\/5757'\/(?<account>\d+)'\/0\/\d+$/,
  solana: /^m\/44'\/501'\/\d+'\/(?<account>\d+)'$/,
  polkadot: /^\/\/(?<account>\d{1,10})\/\/\d{1,10}$/,
}

/** Addresses of simulated chains come from these keys where the family has another curve. */
const withPublicDerivation: readonly NetworkFamily[] = ['bip122', 'eip155', 'tron', 'stacks']

/**
 * Derives the key that somebody says an address of ours has. Only the paths under which addresses
 * are handed out count.
 *
 * @throws signer.path_invalid, signer.address_differs
 */
export function proveOwn(
  master: Master,
  intent: Pick<Intent, 'chain' | 'simulated' | 'network'>,
  claimed: Readonly<{ path: string; address: string }>,
): OwnKey {
  const { path } = claimed
  const { family: own } = intent.chain
  const family = intent.simulated && !withPublicDerivation.includes(own) ? 'eip155' : own
  const { account, coin } = PATHS[family].exec(path)?.groups ?? {}
  const number = Number(account ?? HARDENED)
  const isFitting = coin !== '1' || (intent.network !== 'mainnet' && !intent.simulated)
  if (!(number < HARDENED) || !isFitting) {
    const expected = `a path like ${usualPath(family, 0, 0)}`
    throw new AppError('signer.path_invalid', { path, expected })
  }
  const key = deriveKey(master, { family, path, network: intent.network })
  const address = intent.simulated ? addressOf(own, key.publicKey) : key.address
  if (address === claimed.address) {
    return { ...key, address, book: number % TREASURY, isTestKey: coin === '1' }
  }
  key.privateKey.fill(0)
  throw new AppError('signer.address_differs', { path, address: claimed.address })
}
