import { secp256k1 } from '@noble/curves/secp256k1.js'
import { randomBytes } from '@noble/hashes/utils.js'
import { address as addresses, networks, Psbt } from 'bitcoinjs-lib'
import {
  bitcoinAddressOf,
  p2wpkhAddress,
  type BitcoinAddressKind,
} from '../src/chains/bitcoin/address.ts'
import { bitcoinCodec } from '../src/chains/bitcoin/codec.ts'
import { PAYMENTS_MAX } from '../src/chains/bitcoin/request.ts'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import type { ChainSender, Payment } from '../src/chains/contract-sending.ts'
import { units } from '../src/money/units.ts'
import { BTC, startBitcoinWorld, type BitcoinWorld } from './bitcoin-world.ts'

/** A chain on a stand-in on which coins of ours are sent. */
export type BitcoinSendingWorld = BitcoinWorld & SendingWorld

/** What a payment to any address must be at least here: that of the dearest form. */
const UNITS_MIN = units(546n)

/** A key of nobody else's. */
export function newBitcoinKey(kind: BitcoinAddressKind): WorldKey {
  const privateKey = secp256k1.utils.randomSecretKey()
  const form = { network: 'regtest', kind } as const
  const address = bitcoinAddressOf(secp256k1.getPublicKey(privateKey), form)
  return { path: `m/84'/1'/0'/0/${address}`, address, privateKey }
}

type Abilities = Pick<
  SendingWorld,
  | 'codec'
  | 'can'
  | 'newKey'
  | 'unitsMin'
  | 'plenty'
  | 'feeMax'
  | 'paymentsMax'
  | 'unpayable'
  | 'gather'
  | 'readByOthers'
>

/** What every world on the local test network can send, whatever node plays it. */
export const regtestSending = (kind: BitcoinAddressKind): Abilities => ({
  codec: bitcoinCodec('regtest'),
  can: { replaces: true, sharesSlots: true, showsWaiting: true, feePayers: false },
  newKey: () => newBitcoinKey(kind),
  unitsMin: () => UNITS_MIN,
  plenty: units(10n ** 9n),
  feeMax: units(10n ** 7n),
  paymentsMax: PAYMENTS_MAX,
  unpayable: () => Promise.resolve(dust),
  gather: { assets: [BTC], to: newBitcoinKey(kind).address, feePayer: false },
  readByOthers,
})

/** One satoshi less than nodes pass on, for several forms of address. */
const dust: readonly Payment[] = [
  { to: p2wpkhAddress(randomBytes(20), 'regtest'), asset: BTC, units: units(293n) },
  { to: newBitcoinKey('p2tr').address, asset: BTC, units: units(329n) },
  { to: 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', asset: BTC, units: units(545n) },
  { to: '2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc', asset: BTC, units: units(539n) },
]

/** What bitcoinjs-lib reads from a PSBT. */
function readByOthers(unsigned: Uint8Array): readonly Payment[] | undefined {
  try {
    const { txOutputs } = Psbt.fromBuffer(unsigned, { network: networks.regtest })
    return txOutputs.map(({ script, value }) => ({
      to: addresses.fromOutputScript(script, networks.regtest),
      asset: BTC,
      units: units(value),
    }))
  } catch {
    return undefined
  }
}

/** Starts a fresh chain, on which keys have addresses of this kind. */
export async function startBitcoinSendingWorld(
  kind: BitcoinAddressKind,
): Promise<BitcoinSendingWorld> {
  const world = await startBitcoinWorld()
  const { control } = world.standIn
  return {
    ...world,
    ...regtestSending(kind),
    sender: senderOf(world.connect({ addressKind: kind })),
    fund: async (to, asset, amount) => {
      await world.send('normal', [{ to, asset, units: amount }])
      await world.mine(1)
    },
    loseAnswers: (lost) => Promise.resolve(control.loseAnswers(lost)),
  }
}

/** The sender of a chain that has one. */
export function senderOf({ sender }: Readonly<{ sender: ChainSender | undefined }>): ChainSender {
  if (sender === undefined) throw new Error('Bitcoin can be sent')
  return sender
}
