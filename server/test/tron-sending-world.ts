import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { accountOf } from '../../upstreams/tron/transaction.ts'
import type { StandInOptions } from '../../upstreams/tron/stand-in.ts'
import { createTronCodec } from '../src/chains/tron/codec.ts'
import { tronAddressOf, tronAddressOfAccount } from '../src/chains/tron/address.ts'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import type { Payment } from '../src/chains/contract-sending.ts'
import { units } from '../src/money/units.ts'
import { startTronWorld, tokenAt, TRON, tronOptions, TRX, type TronWorld } from './tron-world.ts'
import { readByTronWeb } from './tronweb.ts'

/** A chain of Tron on which a test sends. */
export type TronSendingWorld = TronWorld & SendingWorld

const EXPIRED_MS = 20 * 60_000
/** More than lie between the newest block and the solidified one. */
const SOLID_BLOCKS = 25

/** A key that was never used. */
export function newTronKey(): WorldKey {
  const { secretKey: privateKey, publicKey } = secp256k1.keygen()
  return { path: "m/44'/195'/0'/0/0", address: tronAddressOf(publicKey), privateKey }
}

/** Starts a stand-in, with an adapter and a sender on it. */
export async function startTronSendingWorld(
  change: StandInOptions = {},
): Promise<TronSendingWorld> {
  const world = await startTronWorld(change)
  const { standIn } = world
  const { chain, contracts } = standIn
  const { sender } = world.connect()
  if (sender === undefined) throw new Error('TRX can be sent')
  const { assets } = tronOptions(standIn.url, contracts)
  return {
    ...world,
    sender,
    codec: createTronCodec((of) => (of === TRON ? assets : undefined)),
    can: { replaces: false, sharesSlots: false, showsWaiting: true, feePayers: false },
    newKey: newTronKey,
    fund: async (to, asset, amount) => {
      await world.send('normal', [{ to, asset, units: amount }])
      await chain.mine(1)
    },
    unitsMin: () => units(1n),
    plenty: units(10n ** 12n),
    feeMax: units(100_000_000n),
    paymentsMax: 1,
    unpayable: () => Promise.resolve(unpayable(world)),
    loseAnswers: (lost) => Promise.resolve(standIn.loseAnswers(lost)),
    expire: async () => {
      chain.passTime(EXPIRED_MS)
      await chain.mine(SOLID_BLOCKS)
    },
    readByOthers: (unsigned) => readByOthers(world, bytesToHex(unsigned)),
  }
}

function unpayable({ standIn: { contracts }, newAddress }: TronWorld): readonly Payment[] {
  const one = units(1n)
  return [
    { to: tronAddressOfAccount(contracts.payer), asset: TRX, units: one },
    { to: tronAddressOfAccount(contracts.dollar), asset: tokenAt(contracts.dollar), units: one },
    { to: tronAddressOfAccount(`0x${'0'.repeat(40)}`), asset: TRX, units: one },
    { to: newAddress(), asset: TRX, units: units(2n ** 63n) },
    { to: newAddress(), asset: tokenAt(contracts.fake), units: one },
  ]
}

const TRANSFER = /^a9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})$/i

/** What tronweb reads; a call that it does not know as a payment pays nobody. */
function readByOthers(
  { standIn: { contracts } }: TronWorld,
  raw: string,
): readonly Payment[] | undefined {
  const read = readByTronWeb(raw)
  if (read === undefined || (read.data ?? '') !== '') return undefined
  const [{ type, Permission_id = 0, parameter }] = read.contract
  if (Permission_id !== 0) return undefined
  const { value } = parameter
  if (type === 'TransferContract') {
    const to = tronAddressOfAccount(accountOf(value.to_address ?? ''))
    return [{ to, asset: TRX, units: units(BigInt(value.amount ?? 0)) }]
  }
  const called = accountOf(value.contract_address ?? '')
  const [, payee, amount] = TRANSFER.exec(value.data ?? '') ?? []
  const isKnown = [contracts.dollar, contracts.silent, contracts.taxed].includes(called)
  if (payee === undefined || !isKnown || (value.call_value ?? 0) > 0) return []
  const to = tronAddressOfAccount(`0x${payee.toLowerCase()}`)
  return [{ to, asset: tokenAt(called), units: units(BigInt(`0x${amount}`)) }]
}
