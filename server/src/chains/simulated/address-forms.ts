import { blake2b } from '@noble/hashes/blake2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { checkBitcoinAddress, p2wpkhAddress } from '../bitcoin/address.ts'
import type { AddressCheck } from '../contract.ts'
import { checkEvmAddress, checksummed } from '../evm/address.ts'
import { hash160, keccakAccount } from '../key-hash.ts'
import { checkPolkadotAddress, GENERIC_PREFIX, polkadotAddressOf } from '../polkadot/address.ts'
import { checkSolanaAddress, solanaAddressOf } from '../solana/address.ts'
import { checkStacksAddress, stacksAddressOfHash } from '../stacks/address.ts'
import { checkTronAddress, tronAddress } from '../tron/address.ts'

/** How one family of chains writes addresses. */
export type AddressForm = Readonly<{
  /** The bytes behind the address of a compressed secp256k1 key, 33 bytes. */
  payloadOf: (publicKey: Uint8Array) => Uint8Array
  /** The canonical text of a payload, of which the first bytes count. */
  write: (payload: Uint8Array) => string
  check: (text: string) => AddressCheck
}>

/**
 * The address forms by family. A simulated chain writes addresses as its family's test networks do
 * where the form shows the network, so that no wallet of a main network will pay to them. Solana
 * and Polkadot have keys of other curves: a hash of the secp256k1 key takes their place here.
 */
export const addressForms = {
  eip155: {
    payloadOf: keccakAccount,
    write: (payload) => checksummed(`0x${bytesToHex(payload.subarray(0, 20))}`),
    check: checkEvmAddress,
  },
  bip122: {
    payloadOf: hash160,
    write: (payload) => p2wpkhAddress(payload.subarray(0, 20), 'testnet'),
    check: (text) => checkBitcoinAddress(text, 'testnet'),
  },
  tron: {
    payloadOf: keccakAccount,
    write: (payload) => tronAddress(payload.subarray(0, 20)),
    check: checkTronAddress,
  },
  solana: {
    payloadOf: (publicKey) => sha256(publicKey),
    write: (payload) => solanaAddressOf(payload.subarray(0, 32)),
    check: checkSolanaAddress,
  },
  stacks: {
    payloadOf: hash160,
    write: (payload) => stacksAddressOfHash(payload.subarray(0, 20), 'testnet'),
    check: (text) => checkStacksAddress(text, 'testnet'),
  },
  polkadot: {
    payloadOf: (publicKey) => blake2b(publicKey, { dkLen: 32 }),
    write: (payload) => polkadotAddressOf(payload.subarray(0, 32), GENERIC_PREFIX),
    check: (text) => checkPolkadotAddress(text, GENERIC_PREFIX),
  },
} as const satisfies Readonly<Record<string, AddressForm>>
