import { u8aToHex } from '@polkadot/util'
import { sr25519PairFromSeed, sr25519Sign } from '@polkadot/util-crypto'
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'
import { getPublicKey, secretFromSeed } from '@scure/sr25519'
import { readCall, readExtrinsic } from '../../upstreams/polkadot/extrinsic.ts'
import {
  EXISTENTIAL_DEPOSIT,
  startPolkadotStandIn,
  type PolkadotStandIn,
} from '../../upstreams/polkadot/node.ts'
import { addressOf, GENESIS, registry, runtime, VERSION } from '../../upstreams/polkadot/runtime.ts'
import { connectPolkadot, type PolkadotOptions } from '../src/chains/polkadot/adapter.ts'
import { polkadotAddressOf } from '../src/chains/polkadot/address.ts'
import { polkadotCodec } from '../src/chains/polkadot/codec.ts'
import { networkOf } from '../src/chains/polkadot/networks.ts'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import type { Payment } from '../src/chains/contract-sending.ts'
import type { Sending, SendKind } from '../src/chains/sandbox-node.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'

/** Asset Hub as the registry has it. */
export const POLKADOT = chainId('polkadot:68d56f15f85d3136970ec16946040bc1')

/** DOT. */
export const DOT = assetId(`${POLKADOT}/slip44:354`)

const PAYER_GRANT = 2n ** 90n

/** A stand-in with what a test of Polkadot alone needs of it. */
export type PolkadotWorld = SendingWorld & Readonly<{ standIn: PolkadotStandIn }>

/** The options of an adapter on a stand-in. */
export function polkadotOptions(url: string): PolkadotOptions {
  const network = networkOf(POLKADOT)
  if (network === undefined) throw new Error('Asset Hub is known')
  return { network, asset: DOT, urls: [url], pollMs: 1_000, timeoutMs: 10_000 }
}

/** A world for the reading suite, in which one planck is enough to exist. */
export const startPolkadotReadingWorld = (): Promise<PolkadotWorld> => startPolkadotWorld(1n)

/** Starts a stand-in and an adapter and sender on it. */
export async function startPolkadotWorld(
  existentialDeposit: bigint = EXISTENTIAL_DEPOSIT,
): Promise<PolkadotWorld> {
  const standIn = await startPolkadotStandIn({ existentialDeposit })
  const { chain } = standIn
  const connect = () => connectPolkadot({ clock: systemClock }, polkadotOptions(standIn.url))
  const { adapter, sender } = connect()
  if (sender === undefined) throw new Error('DOT can be sent')
  return {
    standIn,
    adapter,
    sender,
    codec: polkadotCodec,
    publicKey: getPublicKey(secretFromSeed(new Uint8Array(32).fill(7))),
    reopen: () => Promise.resolve(connect().adapter),
    assets: [DOT],
    kinds: { normal: DOT, internal: DOT, replaceable: DOT },
    badAddresses: BAD_ADDRESSES,
    unitsMax: units(10n ** 18n),
    ...createPlay(standIn),
    mine: (blocks) => Promise.resolve(chain.mine(blocks)),
    reorg: (depth, drop) => Promise.resolve(chain.reorg(depth, drop)),
    drop: (txHash) => Promise.resolve(chain.drop(txHash)),
    halt: (halted) => Promise.resolve(standIn.halt(halted)),
    loseAnswers: (lost) => Promise.resolve(standIn.loseAnswers(lost)),
    expire: () => Promise.resolve(chain.mine(80)),
    can: { replaces: true, sharesSlots: true, showsWaiting: true, feePayers: false },
    newKey,
    unitsMin: () => units(EXISTENTIAL_DEPOSIT),
    plenty: units(10n ** 12n),
    feeMax: units(10n ** 10n),
    paymentsMax: 1,
    unpayable: () => Promise.resolve([{ to: newAddress(), asset: DOT, units: units(99_999_999n) }]),
    readByOthers,
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  }
}

const newAddress = (): string => polkadotAddressOf(randomBytes(32))

function newKey(): WorldKey {
  const privateKey = secretFromSeed(randomBytes(32))
  const address = polkadotAddressOf(getPublicKey(privateKey))
  return { path: `//0//${bytesToHex(randomBytes(3))}`, address, privateKey }
}

type Payer = ReturnType<typeof sr25519PairFromSeed>

/** What the other side does, by the libraries that everybody uses. */
function createPlay({ chain }: PolkadotStandIn) {
  const payers = new Map<string, Payer>()
  const submit = (payer: Payer, method: unknown, tip: bigint): string => {
    const hex = signedBy(payer, method, { tip, finalized: chain.finalized() })
    const read = readExtrinsic(hex)
    const refused = read === undefined ? { message: 'unreadable' } : chain.submit(read)
    if (read === undefined || refused !== undefined) throw new Error(`refused: ${refused?.message}`)
    payers.set(read.hash, payer)
    return read.hash
  }
  const send = (kind: SendKind, sendings: readonly [Sending, ...Sending[]]): Promise<string> => {
    const payer = sr25519PairFromSeed(randomBytes(32))
    chain.grant(u8aToHex(payer.publicKey), PAYER_GRANT)
    const [first, ...more] = sendings
    const isPlain = more.length === 0 && kind !== 'internal'
    const method = isPlain ? transferOf(first) : batchOf(sendings.map(transferOf))
    return Promise.resolve(submit(payer, method, 0n))
  }
  return {
    newAddress,
    send,
    replace: (txHash: string): Promise<void> => {
      const payer = payers.get(txHash)
      if (payer === undefined) throw new Error(`nobody sent ${txHash}`)
      const other = { to: newAddress(), asset: DOT, units: units(EXISTENTIAL_DEPOSIT) }
      submit(payer, transferOf(other), 1_000n)
      return Promise.resolve()
    },
    fund: async (to: string, asset: Sending['asset'], amount: Sending['units']) => {
      await send('normal', [{ to, asset, units: amount }])
      chain.mine(1)
    },
  }
}

const transferOf = ({ to, units: amount }: Sending) =>
  callOf('balances', 'transferKeepAlive', { Id: to }, amount)

const batchOf = (calls: readonly unknown[]) => callOf('utility', 'batchAll', calls)

function callOf(section: string, method: string, ...args: readonly unknown[]) {
  const call = runtime.tx[section]?.[method]
  if (call === undefined) throw new Error(`the runtime has no ${section}.${method}`)
  return call(...args)
}

type When = Readonly<{ tip: bigint; finalized: Readonly<{ number: number; hash: string }> }>

function signedBy(payer: Payer, method: unknown, { tip, finalized }: When): string {
  const era = registry.createType('ExtrinsicEra', { current: finalized.number, period: 64 })
  const options = {
    era,
    nonce: 0,
    tip,
    blockHash: finalized.hash,
    genesisHash: GENESIS,
    runtimeVersion: VERSION,
  }
  const extrinsic = registry.createType('Extrinsic', { method }, { version: 4 })
  const account = {
    address: addressOf(u8aToHex(payer.publicKey)),
    addressRaw: payer.publicKey,
    publicKey: payer.publicKey,
    sign: (message: Uint8Array) => Uint8Array.of(1, ...sr25519Sign(message, payer)),
  }
  return extrinsic.sign(account, options).toHex()
}

/** What stands behind a call in what is signed: era, nonce, tip … and what is not sent along. */
const TAIL = `(ExtrinsicEra, Compact<u32>, Compact<u128>, Option<u32>, u8, u32, u32, H256, H256, Option<H256>)`

/** What the library of Polkadot reads from bytes that nobody has signed yet. */
function readByOthers(unsigned: Uint8Array): readonly Payment[] | undefined {
  try {
    const read = readCall(unsigned.subarray(32))
    if (read === undefined) return undefined
    const rest = unsigned.subarray(32 + read.length)
    const tail = registry.createType(TAIL, rest)
    if (!Buffer.from(tail.toU8a()).equals(rest)) return undefined
    return read.wanted.map(({ to, amount }) => ({
      to: addressOf(to),
      asset: DOT,
      units: units(amount === 'all' ? 0n : amount),
    }))
  } catch {
    // The library throws on what it cannot read.
    return undefined
  }
}

const BAD_ADDRESSES = [
  '',
  'payee',
  '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp6',
  '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp',
  '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F',
  '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7',
]
