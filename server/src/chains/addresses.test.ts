import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import { getAddressFromPublicKey } from '@stacks/transactions'
import fc from 'fast-check'
import { bitcoinAddressOf, checkBitcoinAddress, type BitcoinNetwork } from './bitcoin/address.ts'
import type { AddressCheck } from './contract.ts'
import { checkEvmAddress } from './evm/address.ts'
import { checkPolkadotAddress, polkadotAddressOf } from './polkadot/address.ts'
import { checkSolanaAddress, solanaAddressOf } from './solana/address.ts'
import { checkStacksAddress, stacksAddressOf, stacksAddressOfHash } from './stacks/address.ts'
import { checkTronAddress, tronAddressOf } from './tron/address.ts'

// The public key of the secret key 1, whose addresses are published all over.
const KEY_ONE = hexToBytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')

const reasonOf = (check: AddressCheck): string => (check.kind === 'valid' ? 'valid' : check.reason)

/** BIP-173's, BIP-86's first and second, BIP-84's first. Would catch: the key not tweaked. */
test('keys have the Bitcoin addresses that BIP-84, BIP-86 and BIP-173 publish', () => {
  const addresses = [
    ['p2wpkh', KEY_ONE, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    [
      'p2wpkh',
      hexToBytes('0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c'),
      'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu',
    ],
    [
      'p2tr',
      hexToBytes('03cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115'),
      'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr',
    ],
    [
      'p2tr',
      hexToBytes('0383dfe85a3151d2517290da461fe2815591ef69f2b18a2ce63f01697a8b313145'),
      'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh',
    ],
  ] as const
  for (const [kind, key, address] of addresses) {
    assert.equal(bitcoinAddressOf(key, { network: 'mainnet', kind }), address)
    assert.deepEqual(checkBitcoinAddress(address, 'mainnet'), { kind: 'valid', address })
    assert.deepEqual(checkBitcoinAddress(address.toUpperCase(), 'mainnet'), {
      kind: 'valid',
      address,
    })
  }
})

test('a Bitcoin address belongs to one network, and what nobody can own yet is refused', () => {
  const reason = (text: string, network: BitcoinNetwork = 'mainnet'): string =>
    reasonOf(checkBitcoinAddress(text, network))
  const test = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'
  assert.match(reason(test), /a test network of Bitcoin/)
  assert.equal(reason(test, 'signet'), 'valid')
  assert.match(reason(test, 'regtest'), /a test network/)
  assert.match(reason('1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', 'regtest'), /the main network/)
  assert.equal(reason('1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH'), 'valid')
  assert.equal(reason('3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN'), 'valid')
  assert.match(reason('1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMh'), /base58check/)
  // BIP-350: version 16 is well formed, and version 1 of two bytes; anybody may spend from both.
  assert.match(reason('BC1SW50QGDZ25J'), /version 16/)
  assert.match(reason('bc1pfeessrawgf'), /length/)
})

test('keys have the addresses of Tron, Solana and Stacks that are published', () => {
  assert.equal(tronAddressOf(KEY_ONE), 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC')
  assert.equal(solanaAddressOf(new Uint8Array(32)), '1'.repeat(32))
  assert.equal(stacksAddressOf(KEY_ONE, 'mainnet'), getAddressFromPublicKey(KEY_ONE, 'mainnet'))
  // The vectors of c32check: the hash of zeros among them.
  const hash = hexToBytes('a46ff88886c2ef9762d970b4d2c63678835bd39d')
  assert.equal(stacksAddressOfHash(hash, 'mainnet'), 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7')
  const zeros = new Uint8Array(20)
  assert.equal(stacksAddressOfHash(zeros, 'mainnet'), 'SP000000000000000000002Q6VF78')
  assert.equal(stacksAddressOfHash(zeros, 'testnet'), 'ST000000000000000000002AMW42H')
})

/** The key that Substrate calls Alice. Would catch: the prefix left out of the checksum. */
test('one key has another Polkadot address for every prefix', () => {
  const alice = hexToBytes('d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
  const address = '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'
  assert.equal(polkadotAddressOf(alice, 0), address)
  assert.deepEqual(checkPolkadotAddress(address, 0), { kind: 'valid', address })
  const generic = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
  assert.equal(polkadotAddressOf(alice, 42), generic)
  assert.match(reasonOf(checkPolkadotAddress(generic, 0)), /prefix 42/)
})

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const polkadot = (text: string): AddressCheck => checkPolkadotAddress(text, 0)
const stacks = (text: string): AddressCheck => checkStacksAddress(text, 'mainnet')
const checks: Readonly<Record<string, (text: string) => AddressCheck>> = {
  Ethereum: checkEvmAddress,
  Bitcoin: (text) => checkBitcoinAddress(text, 'mainnet'),
  Tron: checkTronAddress,
  Solana: checkSolanaAddress,
  Stacks: stacks,
  Polkadot: polkadot,
}

test('an address is refused on every other network, by the name of its own', () => {
  const samples: Readonly<Record<string, string>> = {
    Ethereum: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
    Bitcoin: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    Tron: 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC',
    Solana: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    Stacks: 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7',
    Polkadot: '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5',
  }
  for (const [network, text] of Object.entries(samples)) {
    for (const [other, check] of Object.entries(checks)) {
      const expected = network === other ? 'valid' : `a(n|) ${network} address`
      assert.match(reasonOf(check(text)), new RegExp(expected), `${text} on ${other}`)
    }
  }
})

test('no text, however odd, is more than refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
      for (const check of Object.values(checks)) assert.ok(check(text).kind)
    }),
  )
})

test('the canonical form of an address is valid, and its own canonical form', () => {
  fc.assert(
    fc.property(bytes(32), bytes(20), (key, hash) => {
      const addresses = [
        [polkadot, polkadotAddressOf(key, 0)],
        [checkSolanaAddress, solanaAddressOf(key)],
        [stacks, stacksAddressOfHash(hash, 'mainnet')],
      ] as const
      for (const [check, address] of addresses) {
        assert.deepEqual(check(address), { kind: 'valid', address })
      }
    }),
  )
})
