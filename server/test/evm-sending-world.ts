import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeFunctionData, getAddress, parseAbi, parseTransaction, zeroAddress } from 'viem'
import type { SendingWorld, WorldKey } from '../src/chains/contract-sending-world.suite.ts'
import type { Payment } from '../src/chains/contract-sending.ts'
import type { EvmAdapterOptions } from '../src/chains/evm/adapter.ts'
import { checksummed, evmAddressOf } from '../src/chains/evm/address.ts'
import { assetTable, type EvmAsset } from '../src/chains/evm/assets.ts'
import { createEvmCodec } from '../src/chains/evm/codec.ts'
import { DEPLOYER, sweeperDeployment } from '../src/chains/evm/sweeper.ts'
import { units } from '../src/money/units.ts'
import { startEvmWorld, type EvmWorld } from './evm-world.ts'

/** A chain on a real anvil on which coins of ours are sent. */
export type EvmSendingWorld = EvmWorld & SendingWorld

/** A hundred coins, a hundred million of a token: nobody here sends as much. */
const PLENTY = units(10n ** 20n)

/** A key of nobody else's. */
export function newEvmKey(): WorldKey {
  const privateKey = secp256k1.utils.randomSecretKey()
  const address = evmAddressOf(secp256k1.getPublicKey(privateKey))
  return { path: `m/44'/60'/0'/0/${address}`, address, privateKey }
}

/** Starts a fresh chain with a treasury and its sweeper on it. */
export async function startEvmSendingWorld(
  change: Partial<EvmAdapterOptions> = {},
): Promise<EvmSendingWorld> {
  const world = await startEvmWorld(change)
  const { sender } = world.connectWith({})
  if (sender === undefined) throw new Error('an EVM chain can be sent on')
  const { chain, nodeChainId, assets } = world.options
  const treasury = newEvmKey().address
  await makeSweeper(world, treasury)
  return {
    ...world,
    sender,
    codec: createEvmCodec((asked) =>
      asked === chain ? { chainId: nodeChainId, assets } : undefined,
    ),
    can: { replaces: true, sharesSlots: true, showsWaiting: true, feePayers: false },
    newKey: newEvmKey,
    fund: async (to, asset, amount) => {
      await world.send('normal', [{ to, asset, units: amount }])
      await world.mine(1)
    },
    unitsMin: () => units(1n),
    plenty: PLENTY,
    feeMax: units(10n ** 17n),
    paymentsMax: 1,
    unpayable: () => Promise.resolve(unpayable(world)),
    loseAnswers: (lost) => {
      world.proxy.behave(lost ? (_, forward) => forward().then(() => 'hang up') : undefined)
      return Promise.resolve()
    },
    gather: { assets: world.assets, to: treasury, feePayer: true },
    readByOthers: (unsigned) => readByViem(unsigned, assets),
  }
}

/** Makes the sweeper of a treasury, as an operator does once for each chain. */
export async function makeSweeper({ play, mine }: EvmWorld, treasury: string): Promise<void> {
  const [from] = play.senders
  const call = { from, to: DEPLOYER, data: sweeperDeployment(treasury), gas: '0x200000' }
  await play.anvil.ask('eth_sendTransaction', call)
  await mine(1)
}

/** Nobody, the chain's machinery, a token's contract, and a contract that takes no coins. */
function unpayable({ play, assets: [native, token = native] }: EvmWorld): readonly Payment[] {
  const { dollar, fake } = play.contracts
  const one = { asset: native, units: units(1_000n) }
  return [
    { ...one, to: zeroAddress },
    { ...one, to: '0x0000000000000000000000000000000000000001' },
    { ...one, to: checksummed(dollar) },
    { ...one, to: checksummed(fake) },
    { ...one, asset: token, to: checksummed(dollar) },
    { ...one, asset: token, to: zeroAddress },
  ]
}

const SENDER_BYTES = 20
const TRANSFER = parseAbi(['function transfer(address to, uint256 value)'])

function readByViem(
  unsigned: Uint8Array,
  assets: readonly EvmAsset[],
): readonly Payment[] | undefined {
  const { native, tokens } = assetTable(assets)
  try {
    const tx = parseTransaction(`0x${bytesToHex(unsigned.subarray(SENDER_BYTES))}`)
    if (!tx.to) return undefined
    const { to, value = 0n, data = '0x' } = tx
    if (data === '0x') return [{ to: getAddress(to), asset: native, units: units(value) }]
    const token = tokens.get(to.toLowerCase())
    const call = decodeFunctionData({ abi: TRANSFER, data })
    if (token === undefined || value > 0n) return undefined
    return [{ to: call.args[0], asset: token.id, units: units(call.args[1]) }]
  } catch {
    return undefined
  }
}
