import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { addressFromBytes, addressOf, checkAddress, type Family } from './address.ts'
import { addressForms } from './address-forms.ts'

// The public key of the secret key 1, whose addresses are published all over.
const KEY_ONE = hexToBytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')

const families: readonly Family[] = ['eip155', 'bip122', 'tron', 'solana', 'stacks', 'polkadot']
const anyFamily = fc.constantFrom(...families)
const anyBytes = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('the key 1 has the addresses that the chains themselves give it', () => {
  assert.deepEqual(
    (['eip155', 'bip122', 'tron'] as const).map((family) => addressOf(family, KEY_ONE)),
    [
      '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
      'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
      'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC',
    ],
  )
})

test('a stacks address is the c32check text of its version and hash', () => {
  // The hash that c32check's own vectors use, here with the version of test networks.
  const hash = hexToBytes('a46ff88886c2ef9762d970b4d2c63678835bd39d')
  assert.equal(addressForms.stacks.write(hash), 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ')
})

test('the well-known development account is an address of the generic Polkadot prefix', () => {
  const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
  assert.deepEqual(checkAddress('polkadot', alice), { kind: 'valid', address: alice })
})

test('every address of a family reads back as itself, whatever its bytes', () => {
  fc.assert(
    fc.property(anyFamily, anyBytes, (family, bytes) => {
      const address = addressFromBytes(family, bytes)
      assert.deepEqual(checkAddress(family, address), { kind: 'valid', address })
    }),
  )
})

/** Seen to fail with the checksum of SS58 not compared. */
test('one wrong character makes an address with a checksum invalid', () => {
  const checked = families.filter((family) => family !== 'solana')
  fc.assert(
    fc.property(fc.constantFrom(...checked), anyBytes, fc.nat(), (family, bytes, place) => {
      const address = addressFromBytes(family, bytes)
      const at = 4 + (place % (address.length - 4))
      const other = address.charAt(at) === '3' ? '4' : '3'
      const wrong = address.slice(0, at) + other + address.slice(at + 1)
      // A digit carries no case, so EIP-55 may by chance agree with the changed text: 1 in 2^13.
      fc.pre(family !== 'eip155' || /[a-f].*[A-F]|[A-F].*[a-f]/.test(wrong))
      assert.equal(checkAddress(family, wrong).kind, 'invalid', wrong)
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('an Ethereum address without capitals is accepted and answered with its checksum', () => {
  assert.deepEqual(checkAddress('eip155', '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf'), {
    kind: 'valid',
    address: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
  })
})

test('the refusal says whose address it is, or what is wrong with it', () => {
  const reason = (family: Family, text: string): string => {
    const check = checkAddress(family, text)
    return check.kind === 'invalid' ? check.reason : 'valid'
  }
  assert.match(reason('bip122', 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC'), /looks like a Tron/)
  assert.match(reason('bip122', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'), /main network/)
  assert.match(reason('bip122', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsy'), /checksum/)
  assert.match(reason('eip155', '0x7E5F4552091A69125d5DfCb7b8C2659029395bDf'), /EIP-55/)
  assert.match(reason('tron', 'TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2Hc'), /base58check/)
  assert.match(reason('stacks', 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7'), /main network/)
  assert.match(reason('stacks', 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RP'), /c32check/)
  assert.match(reason('polkadot', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'), /prefix 0/)
  assert.match(reason('polkadot', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ'), /SS58/)
  assert.match(reason('solana', 'hello'), /not written like an address of Solana/)
})

test('test addresses of version 1 and of the old kinds are addresses of Bitcoin', () => {
  const texts = [
    'tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c',
    'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn',
    '2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc',
  ]
  for (const text of texts) {
    assert.deepEqual(checkAddress('bip122', text), { kind: 'valid', address: text })
  }
  // Version 0 with the checksum of version 1, and the other way round (BIP-350's vectors).
  for (const text of [
    'tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47',
    'tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf',
  ]) {
    assert.equal(checkAddress('bip122', text).kind, 'invalid', text)
  }
})
