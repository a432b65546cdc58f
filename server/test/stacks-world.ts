import { bytesToHex, randomBytes } from '@noble/hashes/utils.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import {
  listCV,
  makeContractCall,
  makeSTXTokenTransfer,
  principalCV,
  tupleCV,
  uintCV,
} from '@stacks/transactions'
import { startStacksStandIn, type StacksStandIn } from '../../upstreams/stacks/node.ts'
import { readTx } from '../../upstreams/stacks/transaction.ts'
import { connectStacks, type StacksOptions } from '../src/chains/stacks/adapter.ts'
import { stacksAddressOf, stacksAddressOfHash } from '../src/chains/stacks/address.ts'
import { stacksCodec } from '../src/chains/stacks/codec.ts'
import type { AdapterWorld } from '../src/chains/contract-world.suite.ts'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import type { Payment } from '../src/chains/contract-sending.ts'
import type { Sending, SendKind } from '../src/chains/sandbox-node.ts'
import { assetId, chainId } from '../src/money/caip.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'

/** Stacks as the registry has it. */
export const STACKS = chainId('stacks:1')

/** STX. */
export const STX = assetId('stacks:1/slip44:5757')

const PAYER_GRANT = 2n ** 80n

/** A contract that pays a list, as it is known on the main network. */
const SEND_MANY = {
  contractAddress: 'SP3FBR2AGK5H9QBDH3EEN6DF8EK8JY7RX8QJ5SVTE',
  contractName: 'send-many',
  functionName: 'send-many',
}

/** A stand-in with what a test of Stacks alone needs of it. */
export type StacksWorld = AdapterWorld & SendingWorld & Readonly<{ standIn: StacksStandIn }>

/** The options of an adapter on a stand-in. */
export const stacksOptions = (url: string): StacksOptions => ({
  chain: STACKS,
  asset: STX,
  network: 'mainnet',
  urls: [url],
  finality: { safe: 3, final: 6 },
  pollMs: 1_000,
  timeoutMs: 10_000,
})

/** Starts a stand-in and an adapter and sender on it. */
export async function startStacksWorld(): Promise<StacksWorld> {
  const standIn = await startStacksStandIn()
  const { chain } = standIn
  const connect = () => connectStacks({ clock: systemClock }, stacksOptions(standIn.url))
  const { adapter, sender } = connect()
  if (sender === undefined) throw new Error('STX can be sent')
  const play = createPlay(standIn)
  return {
    standIn,
    adapter,
    sender,
    codec: stacksCodec,
    reopen: () => Promise.resolve(connect().adapter),
    assets: [STX],
    kinds: { normal: STX, internal: STX, replaceable: STX },
    badAddresses: BAD_ADDRESSES,
    unitsMax: units(10n ** 18n),
    ...play,
    mine: (blocks) => Promise.resolve(chain.mine(blocks)),
    reorg: (depth, drop) => Promise.resolve(chain.reorg(depth, drop)),
    drop: (txHash) => Promise.resolve(chain.drop(txHash)),
    halt: (halted) => Promise.resolve(standIn.halt(halted)),
    loseAnswers: (lost) => Promise.resolve(standIn.loseAnswers(lost)),
    can: { replaces: true, sharesSlots: true, showsWaiting: true, feePayers: false },
    newKey,
    unitsMin: () => units(1n),
    plenty: units(10n ** 12n),
    feeMax: units(1_000_000n),
    paymentsMax: 1,
    unpayable: () => Promise.resolve(UNPAYABLE),
    readByOthers,
    [Symbol.asyncDispose]: () => standIn[Symbol.asyncDispose](),
  }
}

const newAddress = (): string => stacksAddressOfHash(randomBytes(20), 'mainnet')

function newKey(): WorldKey {
  const privateKey = secp256k1.utils.randomSecretKey()
  const address = stacksAddressOf(secp256k1.getPublicKey(privateKey), 'mainnet')
  return { path: `m/44'/5757'/0'/0/${bytesToHex(randomBytes(3))}`, address, privateKey }
}

/** What the other side does: everybody who pays is somebody else, and rich. */
function createPlay({ chain }: StacksStandIn) {
  const payers = new Map<string, WorldKey>()
  const signedBy = (payer: WorldKey, fee: bigint) => ({
    senderKey: `${bytesToHex(payer.privateKey)}01`,
    fee,
    nonce: 0n,
    network: 'mainnet' as const,
  })
  const submit = (tx: Readonly<{ serializeBytes: () => Uint8Array }>, payer: WorldKey): string => {
    const read = readTx(tx.serializeBytes())
    const refused = typeof read === 'string' ? read : chain.submit(read)
    if (typeof read === 'string' || refused !== undefined) throw new Error(`refused: ${refused}`)
    payers.set(read.txId, payer)
    return read.txId
  }
  const payOne = async (payer: WorldKey, fee: bigint, { to, units: amount }: Sending) =>
    submit(await makeSTXTokenTransfer({ recipient: to, amount, ...signedBy(payer, fee) }), payer)
  const send = async (kind: SendKind, sendings: readonly [Sending, ...Sending[]]) => {
    const payer = newKey()
    chain.grant(payer.address, PAYER_GRANT)
    const [first, ...more] = sendings
    if (more.length === 0 && kind !== 'internal') return payOne(payer, 1_000n, first)
    const list = sendings.map((one) =>
      tupleCV({ to: principalCV(one.to), ustx: uintCV(one.units) }),
    )
    const call = { ...SEND_MANY, functionArgs: [listCV(list)], postConditionMode: 'allow' as const }
    return submit(await makeContractCall({ ...call, ...signedBy(payer, 10_000n) }), payer)
  }
  return {
    newAddress,
    send,
    replace: async (txHash: string) => {
      const payer = payers.get(txHash)
      if (payer === undefined) throw new Error(`nobody sent ${txHash}`)
      await payOne(payer, 20_000n, { to: newAddress(), asset: STX, units: units(1n) })
    },
    fund: async (to: string, asset: Sending['asset'], amount: Sending['units']) => {
      await send('normal', [{ to, asset, units: amount }])
      chain.mine(1)
    },
  }
}

/** What the wallets' library reads from bytes that nobody has signed yet. */
function readByOthers(unsigned: Uint8Array): readonly Payment[] | undefined {
  const read = readTx(unsigned, { signed: false })
  if (typeof read === 'string' || read.type !== 'token_transfer') return undefined
  return read.moves.map(({ to, amount }) => ({ to, asset: STX, units: units(amount) }))
}

const UNPAYABLE: readonly Payment[] = [
  { to: `${SEND_MANY.contractAddress}.${SEND_MANY.contractName}`, asset: STX, units: units(1n) },
  { to: 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ', asset: STX, units: units(1n) },
]

const BAD_ADDRESSES = [
  '',
  'payee',
  'payee.btc',
  'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ8',
  'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ',
  'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ',
  'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7.token',
  '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
  'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5',
]
