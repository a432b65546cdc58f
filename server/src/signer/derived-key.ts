import { ed25519 } from '@noble/curves/ed25519.js'
import type { HDKey } from '@scure/bip32'
import { getPublicKey } from '@scure/sr25519'
import { bitcoinAddressOf, type BitcoinNetwork } from '../chains/bitcoin/address.ts'
import { evmAddressOf } from '../chains/evm/address.ts'
import { POLKADOT_PREFIX, polkadotAddressOf } from '../chains/polkadot/address.ts'
import { solanaAddressOf } from '../chains/solana/address.ts'
import { stacksAddressOf } from '../chains/stacks/address.ts'
import { tronAddressOf } from '../chains/tron/address.ts'
import { AppError } from '../errors/app-error.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { readJunctions, sr25519Key } from './junctions.ts'
import { isHardened, numberOf, readSteps } from './key-path.ts'
import type { Master } from './master.ts'
import { slip10Key } from './slip10.ts'

/**
 * A key at a path. `privateKey` is what the family's codec signs with: 32 bytes; for sr25519 the
 * expanded secret, 64 bytes. Whoever gets it wipes it.
 */
export type DerivedKey = Readonly<{
  path: string
  address: string
  publicKey: Uint8Array
  privateKey: Uint8Array
}>

/** What paths of a family look like, for those who gave another. */
export const expectedPaths: Readonly<Record<NetworkFamily, string>> = {
  bip122:
    "m/84'/0'/0'/0/0 (P2WPKH) or m/86'/0'/0'/0/0 (P2TR), five steps; coin 1' for test networks",
  eip155: "m/44'/60'/0'/0/0, purpose 44 and three to ten steps",
  tron: "m/44'/195'/0'/0/0, purpose 44 and three to ten steps",
  stacks: "m/44'/5757'/0'/0/0, purpose 44 and three to ten steps",
  solana: "m/44'/501'/0'/0', two to five steps, all of them hardened: ed25519 has no others",
  polkadot:
    "//0//0 (junctions of sr25519: //hard or /soft, digits up to 64 bits, no password), the empty path for the root, or m/44'/354'/0'/0'/0' (ed25519, all steps hardened)",
}

/** The path of one address as wallets of the family have it; both numbers are 0 to 2^31 − 1. */
export const usualPath = (family: NetworkFamily, account: number, index: number): string => {
  const paths: Readonly<Record<NetworkFamily, string>> = {
    bip122: `m/84'/0'/${account}'/0/${index}`,
    eip155: `m/44'/60'/${account}'/0/${index}`,
    tron: `m/44'/195'/${account}'/0/${index}`,
    stacks: `m/44'/5757'/${account}'/0/${index}`,
    // The index comes first: it is what Phantom counts its accounts with.
    solana: `m/44'/501'/${index}'/${account}'`,
    polkadot: `//${account}//${index}`,
  }
  return paths[family]
}

/** Which key of which family; `network` where Bitcoin's coin number does not say enough. */
export type WantedKey = Readonly<{
  family: NetworkFamily
  path: string
  network?: BitcoinNetwork | undefined
}>

/**
 * The key at a path, and its address on the family's main network (Bitcoin: as the coin says).
 * @throws signer.path_invalid
 */
export function deriveKey(master: Master, wanted: WantedKey): DerivedKey {
  const { family, path } = wanted
  switch (family) {
    case 'bip122':
      return bitcoinKey(master, wanted)
    case 'eip155':
    case 'tron':
    case 'stacks':
      return accountChainKey(master, family, path)
    case 'solana':
      return ed25519Key(master, wanted, { coin: 501, addressOf: solanaAddressOf })
    case 'polkadot':
      return polkadotKey(master, wanted)
  }
}

const polkadotAddress = (key: Uint8Array): string => polkadotAddressOf(key, POLKADOT_PREFIX)

function bitcoinKey(master: Master, { path, network }: WantedKey): DerivedKey {
  const steps = readSteps(path) ?? []
  const [purpose, coin] = steps.map(numberOf)
  const kind = purpose === 84 ? 'p2wpkh' : purpose === 86 ? 'p2tr' : undefined
  if (steps.length !== 5 || kind === undefined || coin === undefined || coin > 1) {
    throw refusal('bip122', path)
  }
  const keys = secp256k1Key(master, steps)
  const form = { kind, network: network ?? (coin === 0 ? 'mainnet' : 'testnet') } as const
  return { path, address: bitcoinAddressOf(keys.publicKey, form), ...keys }
}

const accountChains = {
  eip155: evmAddressOf,
  tron: tronAddressOf,
  stacks: (key: Uint8Array): string => stacksAddressOf(key, 'mainnet'),
} as const

function accountChainKey(
  master: Master,
  family: keyof typeof accountChains,
  path: string,
): DerivedKey {
  const steps = readSteps(path) ?? []
  if (steps.length < 3 || numberOf(steps[0]) !== 44) throw refusal(family, path)
  const keys = secp256k1Key(master, steps)
  return { path, address: accountChains[family](keys.publicKey), ...keys }
}

/** Accounts whose keys are remembered. */
const PARENTS_MAX = 1_000

type Keys = Pick<DerivedKey, 'publicKey' | 'privateKey'>

function secp256k1Key(master: Master, steps: readonly number[]): Keys {
  const key = parentOf(master, steps.slice(0, -1)).deriveChild(steps.at(-1) ?? 0)
  const { publicKey, privateKey } = key
  if (publicKey === null || privateKey === null) throw new Error('a child of the root has no key')
  const keys = { publicKey: Uint8Array.from(publicKey), privateKey: Uint8Array.from(privateKey) }
  key.wipePrivateData()
  return keys
}

function parentOf({ secp256k1, parents }: Master, steps: readonly number[]): HDKey {
  const name = steps.join('/')
  const known = parents.get(name)
  if (known !== undefined) return known
  const key = steps.reduce((parent, step) => parent.deriveChild(step), secp256k1)
  const [oldest] = parents.keys()
  if (parents.size >= PARENTS_MAX && oldest !== undefined) {
    parents.get(oldest)?.wipePrivateData()
    parents.delete(oldest)
  }
  parents.set(name, key)
  return key
}

type Ed25519Form = Readonly<{ coin: number; addressOf: (publicKey: Uint8Array) => string }>

function ed25519Key(master: Master, { family, path }: WantedKey, form: Ed25519Form): DerivedKey {
  const steps = readSteps(path) ?? []
  const [purpose, coin] = steps.map(numberOf)
  const isOwn = purpose === 44 && coin === form.coin && steps.length <= 5
  if (!isOwn || !steps.every(isHardened)) throw refusal(family, path)
  const privateKey = slip10Key(master.ed25519, steps)
  const publicKey = ed25519.getPublicKey(privateKey)
  return { path, address: form.addressOf(publicKey), publicKey, privateKey }
}

function polkadotKey(master: Master, wanted: WantedKey): DerivedKey {
  const { path } = wanted
  if (path.startsWith('m')) {
    return ed25519Key(master, wanted, { coin: 354, addressOf: polkadotAddress })
  }
  const junctions = readJunctions(path)
  if (junctions === undefined) throw refusal('polkadot', path)
  const privateKey = sr25519Key(master.sr25519, junctions)
  const publicKey = getPublicKey(privateKey)
  return { path, address: polkadotAddress(publicKey), publicKey, privateKey }
}

const refusal = (family: NetworkFamily, path: string): AppError =>
  new AppError('signer.path_invalid', { path, expected: expectedPaths[family] })
