import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { deriveKey, usualPath } from './derived-key.ts'
import { readSteps } from './key-path.ts'
import { masterOf, type Master } from './master.ts'
import { readPhrase } from './phrase.ts'
import { slip10Key, slip10Root } from './slip10.ts'

const ABANDON = `${'abandon '.repeat(11)}about`
const JUNK = `${'test '.repeat(11)}junk`
// The phrase from which Substrate makes Alice, Bob and the others.
const SUBSTRATE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

const masterOfWords = (words: string): Master => masterOf(readPhrase(words))

type Vector = readonly [family: NetworkFamily, path: string, address: string]

const addressesOf = (words: string, vectors: readonly Vector[]): readonly Vector[] => {
  const master = masterOfWords(words)
  return vectors.map(([family, path]) => [
    family,
    path,
    deriveKey(master, { family, path }).address,
  ])
}

/** BIP-84, BIP-86. Planted fault: purpose 86 answered as P2WPKH. */
test('Bitcoin addresses are those of the vectors of BIP-84 and BIP-86', () => {
  const vectors: readonly Vector[] = [
    ['bip122', "m/84'/0'/0'/0/0", 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu'],
    ['bip122', "m/84'/0'/0'/0/1", 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g'],
    ['bip122', "m/84'/0'/0'/1/0", 'bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el'],
    ['bip122', "m/86'/0'/0'/0/0", 'bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr'],
    ['bip122', "m/86'/0'/0'/0/1", 'bc1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0was9fqzwh'],
    ['bip122', "m/86'/0'/0'/1/0", 'bc1p3qkhfews2uk44qtvauqyr2ttdsw7svhkl9nkm9s9c3x4ax5h60wqwruhk7'],
    ['bip122', "m/84h/1H/0'/0/0", 'tb1q6rz28mcfaxtmd6v789l9rrlrusdprr9pqcpvkl'],
  ]
  assert.deepEqual(addressesOf(ABANDON, vectors), vectors)
})

/** What MetaMask, TronLink, Leather and Phantom show for these words. */
test('each chain shows for known words what its own wallets show', () => {
  const ofAbandon: readonly Vector[] = [
    ['eip155', "m/44'/60'/0'/0/0", '0x9858EfFD232B4033E47d90003D41EC34EcaEda94'],
    ['eip155', "m/44'/60'/0'/0/1", '0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0'],
    ['tron', "m/44'/195'/0'/0/0", 'TUEZSdKsoDHQMeZwihtdoBiN46zxhGWYdH'],
    ['solana', "m/44'/501'/0'/0'", 'HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk'],
    ['solana', "m/44'/501'/1'/0'", 'Hh8QwFUA6MtVu1qAoq12ucvFHNwCcVTV7hpWjeY1Hztb'],
  ]
  assert.deepEqual(addressesOf(ABANDON, ofAbandon), ofAbandon)
  const ofJunk: readonly Vector[] = [
    ['eip155', "m/44'/60'/0'/0/0", '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'],
    ['eip155', "m/44'/60'/0'/0/9", '0xa0Ee7A142d267C1f36714E4a8F75612F20a79720'],
  ]
  assert.deepEqual(addressesOf(JUNK, ofJunk), ofJunk)
})

/** Substrate's development accounts. Planted fault: soft junctions derived as hard ones. */
test('the development words of Substrate hold Alice, Bob and their stashes', () => {
  const vectors: readonly Vector[] = [
    ['polkadot', '//Alice', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
    ['polkadot', '//Bob', '14E5nqKAp3oAJcmzgZhUD2RcptBeUBScxKHgJKU4HPNcKVf3'],
    ['polkadot', '//Alice//stash', '14QBQABMSFBsT3pDTaEQdshq7ZLmhzKiae2weZH45pw5ErYu'],
  ]
  const master = masterOfWords(SUBSTRATE)
  for (const [family, path, address] of vectors.slice(0, 2)) {
    assert.equal(deriveKey(master, { family, path }).address, address)
  }
  const keyAt = (path: string): string =>
    bytesToHex(deriveKey(master, { family: 'polkadot', path }).publicKey)
  // The root key, and soft and long junctions, of subkey's own tests.
  assert.equal(keyAt(''), '46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a')
  assert.equal(keyAt('/Alice'), 'd6c71059dbbe9ad2b0ed3f289738b800836eb425544ce694825285b958ca755e')
  const stash = 'be5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f'
  assert.equal(keyAt('//Alice//stash'), stash)
})

/** SLIP-10, test vectors 1 and 2 for ed25519. Planted fault: the HMAC key "Bitcoin seed". */
test('ed25519 keys are those of the vectors of SLIP-10', () => {
  const vectors = [
    [
      '000102030405060708090a0b0c0d0e0f',
      "m/0'",
      '68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3',
    ],
    [
      '000102030405060708090a0b0c0d0e0f',
      "m/0'/1'/2'/2'/1000000000'",
      '8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793',
    ],
    [
      'fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542',
      "m/0'/2147483647'/1'",
      '3757c7577170179c7868353ada796c839135b3d30554bbb74a4b1e4a5a58505c',
    ],
  ] as const
  for (const [seed, path, key] of vectors) {
    const steps = readSteps(path) ?? []
    assert.equal(bytesToHex(slip10Key(slip10Root(hexToBytes(seed)), steps)), key, path)
  }
})

const families: readonly NetworkFamily[] = [
  'bip122',
  'eip155',
  'tron',
  'stacks',
  'solana',
  'polkadot',
]
const number = fc.integer({ min: 0, max: 2 ** 31 - 1 })

test('every account and index of every family has an address of its own', () => {
  const master = masterOfWords(ABANDON)
  const places = fc.uniqueArray(fc.tuple(fc.constantFrom(...families), number, number), {
    minLength: 2,
    maxLength: 6,
    selector: (place) => place.join(),
  })
  fc.assert(
    fc.property(places, (all) => {
      const addresses = all.map(([family, account, index]) => {
        const path = usualPath(family, account, index)
        return deriveKey(master, { family, path }).address
      })
      assert.equal(new Set(addresses).size, all.length)
    }),
    { numRuns: 20 },
  )
})

test('a path that makes no sense for a family is refused with what is expected', () => {
  const master = masterOfWords(ABANDON)
  const refused: readonly (readonly [NetworkFamily, string])[] = [
    ['bip122', "m/44'/0'/0'/0/0"],
    ['bip122', "m/84'/2'/0'/0/0"],
    ['bip122', "m/84'/0'/0'/0"],
    ['bip122', "84'/0'/0'/0/0"],
    ['bip122', ''],
    ['eip155', 'm'],
    ['eip155', "m/44'/60'/0'/0/2147483648"],
    ['eip155', "m/44'/60'/0'/0/-1"],
    ['eip155', "m/44'/60'/0'/0/0x1"],
    ['eip155', "m/44'/60'/0'/0/"],
    ['eip155', "m/84'/0'/0'/0/0"],
    ['tron', "m/44''/195'/0'/0/0"],
    ['solana', "m/44'/501'/0/0"],
    ['solana', "m/44'/60'/0'/0'"],
    ['solana', '//0//0'],
    ['polkadot', '///password'],
    ['polkadot', '//'],
    ['polkadot', 'Alice'],
    ['polkadot', '//18446744073709551616'],
    ['polkadot', "m/44'/354'/0'/0/0"],
  ]
  for (const [family, path] of refused) {
    assert.throws(
      () => deriveKey(master, { family, path }),
      (error) => isError(error, 'signer.path_invalid') && error.context.expected.includes('m/'),
      `${family} ${path}`,
    )
  }
})
