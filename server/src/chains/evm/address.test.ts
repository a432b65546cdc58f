import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hexToBytes, bytesToHex } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { getAddress, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { checkEvmAddress, checksummed, evmAddressOf } from './address.ts'

const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${bytesToHex(bytes)}`)

/** @see https://eips.ethereum.org/EIPS/eip-55 (its test cases) */
const EIP_55 = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
]

test('the addresses of EIP-55 are valid as they are written there', () => {
  for (const text of EIP_55) assert.equal(checkEvmAddress(text).kind, 'valid')
})

test('an address without a checksum, all lower or all upper, reads as the checksummed one', () => {
  fc.assert(
    fc.property(anyAddress, (lower) => {
      const canonical = { kind: 'valid', address: getAddress(toHex(BigInt(lower), { size: 20 })) }
      assert.deepEqual(checkEvmAddress(lower), canonical)
      assert.deepEqual(checkEvmAddress(`0x${lower.slice(2).toUpperCase()}`), canonical)
      assert.deepEqual(checkEvmAddress(checksummed(lower)), canonical)
    }),
  )
})

/** Seen to fail when `unchecked` was always true. */
test('an address with one letter in the wrong case is refused', () => {
  fc.assert(
    fc.property(anyAddress, fc.nat(39), (lower, place) => {
      const address = checksummed(lower)
      const digit = address.charAt(2 + place)
      const flipped = digit === digit.toLowerCase() ? digit.toUpperCase() : digit.toLowerCase()
      const text = `${address.slice(0, 2 + place)}${flipped}${address.slice(3 + place)}`
      fc.pre(flipped !== digit && /[a-f]/.test(text.slice(2)) && /[A-F]/.test(text.slice(2)))
      assert.equal(checkEvmAddress(text).kind, 'invalid')
    }),
  )
})

test('an address of another network is refused by that network’s name', () => {
  const texts = {
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t: 'Tron',
    bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq: 'Bitcoin',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'Bitcoin',
    EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v: 'Solana',
    SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7: 'Stacks',
    '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5': 'Polkadot',
  }
  for (const [text, network] of Object.entries(texts)) {
    const check = checkEvmAddress(text)
    assert.ok(check.kind === 'invalid' && check.reason.includes(network), `${text}: ${network}`)
  }
})

test('what is cut off, too long, without 0x or a name is refused with what is wrong', () => {
  const [address = ''] = EIP_55
  const texts = {
    [address.slice(2)]: '0x',
    [`0X${address.slice(2)}`]: '0X',
    [address.slice(0, -1)]: '40 digits',
    [`${address}00`]: '40 digits',
    [`0x${'ab'.repeat(32)}`]: 'hash',
    'payee.eth': 'name',
    '': '0x and 40',
    [` ${address}`]: '0x and 40',
  }
  for (const [text, reason] of Object.entries(texts)) {
    const check = checkEvmAddress(text)
    assert.ok(check.kind === 'invalid' && check.reason.includes(reason), `${text}: ${reason}`)
  }
})

test('a key has the address that wallets give it', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, secp256k1.Point.Fn.ORDER - 1n), (secret) => {
      const privateKey = toHex(secret, { size: 32 })
      const publicKey = secp256k1.getPublicKey(hexToBytes(privateKey.slice(2)), true)
      assert.equal(evmAddressOf(publicKey), privateKeyToAccount(privateKey).address)
    }),
    { numRuns: 20 },
  )
})
