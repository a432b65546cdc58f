import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { BlockRef } from '../contract.ts'
import type { Behaviour, SandboxNode, Sending, SendKind } from '../sandbox-node.ts'
import { Hash, Height, Quantity, RawAddress } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { payCall, transferCall } from './contract-calls.ts'
import { moveOfCall } from './erc20.ts'
import type { EvmNode } from './node.client.ts'
import { headerAt } from './scan.client.ts'

/** An anvil that may be played, and the contracts on it that help to play. */
export type PlayableAnvil = Readonly<{
  node: EvmNode
  /** Its network's name, for people. */
  network: string
  assets: AssetTable
  /** The contract that pays several at once. */
  payer: string
  /** A token that calls itself like one of ours. */
  lookalike: string
  /** Unlocked accounts with coins and tokens; each pays in its turn. */
  payers: readonly [string, ...string[]]
}>

type Sent = Readonly<{ to: string; value: bigint; data?: string }>

const STRANGER = '0x00000000000000000000000000000000000beef1'
const KNOWN_MAX = 100_000

/** The other side of an anvil, played by its own control methods. */
export function anvilSandboxNode(anvil: PlayableAnvil): SandboxNode {
  const { node } = anvil
  const sent = new Set<string>()
  let turn = 0

  const submit = async (transaction: object): Promise<string> => {
    const txHash = await node.ask('eth_sendTransaction', [transaction], Hash)
    const [oldest] = sent
    if (sent.size >= KNOWN_MAX && oldest !== undefined) sent.delete(oldest)
    sent.add(txHash)
    return txHash
  }
  return {
    send: async (kind, sendings) => {
      const { value, ...call } = transactionFor(anvil, kind, sendings)
      // Accounts take turns, so that a transaction that is dropped seldom holds up another.
      const from = anvil.payers[turn % anvil.payers.length] ?? anvil.payers[0]
      turn += 1
      return submit({ ...call, from, value: hex(value) })
    },
    knows: async (txHash) => {
      if (sent.has(txHash)) return true
      return (await node.ask('eth_getTransactionByHash', [txHash], Waiting.nullable())) !== null
    },
    mine: async (blocks) => {
      if (blocks > 0) await node.ask('anvil_mine', [hex(BigInt(blocks))], z.unknown())
      return newestBlock(node)
    },
    reorg: (depth, drop) => reorg(node, depth, drop),
    replace: async (txHash) => submit(await replacement(node, txHash)),
    behave: (change) => behave(anvil, change),
  }
}

const hex = (value: bigint): string => `0x${value.toString(16)}`

/** @throws sandbox.kind_not_playable */
function transactionFor(
  { assets, payer, lookalike }: PlayableAnvil,
  kind: SendKind,
  sendings: readonly [Sending, ...Sending[]],
): Sent {
  const [first] = sendings
  const refuse = (why: string): AppError =>
    new AppError('sandbox.kind_not_playable', { kind, asset: first.asset, why })
  const contract = assets.contractOf(first.asset)
  if (kind === 'internal' && contract !== undefined) throw refuse('only coins move so')
  if (kind === 'fee_on_transfer' && !assets.tokens.get(contract ?? '')?.deliversLess) {
    throw refuse('it delivers all that is sent')
  }
  if (kind === 'fake_token' && contract === undefined) throw refuse('it is no token')
  if (kind === 'internal' || sendings.length > 1) {
    const tokenOf = ({ asset }: Sending): string | undefined =>
      kind === 'fake_token' ? lookalike : assets.contractOf(asset)
    const payments = sendings.map((one) => ({ ...one, token: tokenOf(one) }))
    const value = payments
      .filter((one) => one.token === undefined)
      .reduce((sum: bigint, one) => sum + one.units, 0n)
    return { to: payer, value, data: payCall(payments) }
  }
  if (contract === undefined) return { to: first.to, value: first.units }
  const token = kind === 'fake_token' ? lookalike : contract
  return { to: token, value: 0n, data: transferCall(first.to, first.units) }
}

async function newestBlock(node: EvmNode): Promise<BlockRef> {
  const block = await headerAt(node, 'latest')
  if (block !== undefined) return block
  throw new AppError('chain.node_behind', { chain: node.chain, node: node.name, height: 0 })
}

const BlockHashes = z.object({ transactions: z.array(Hash) })

/**
 * Replaces the last blocks. Anvil forgets what they held: each transaction that is not dropped is
 * given back to it, one block later where there is one.
 */
async function reorg(node: EvmNode, depth: number, drop: readonly string[]): Promise<BlockRef> {
  const height = await node.ask('eth_blockNumber', [], Height)
  if (depth > height) throw new AppError('sandbox.reorg_too_deep', { depth, height })
  const missing = new Set(drop)
  const again: (readonly [raw: string, offset: number])[] = []
  for (let offset = 0; offset < depth; offset += 1) {
    const place = hex(BigInt(height - depth + 1 + offset))
    const block = await node.ask('eth_getBlockByNumber', [place, false], BlockHashes)
    for (const txHash of block.transactions) {
      if (missing.delete(txHash)) continue
      const raw = await node.ask('eth_getRawTransactionByHash', [txHash], z.string())
      again.push([raw, Math.min(offset + 1, depth - 1)])
    }
  }
  for (const txHash of missing) {
    const dropped = await node.ask('anvil_dropTransaction', [txHash], Hash.nullable())
    if (dropped === null) throw new AppError('sandbox.transaction_not_there', { txHash })
  }
  if (depth > 0) {
    // Empty blocks of the same second may be the same blocks again: another miner makes others.
    const miner = `0x${(await newestBlock(node)).hash.slice(-40)}`
    await node.ask('anvil_setCoinbase', [miner], z.unknown())
    await node.ask('anvil_reorg', [depth, again], z.unknown())
  }
  return newestBlock(node)
}

const Waiting = z.object({
  from: RawAddress,
  to: RawAddress.nullable(),
  input: z.string(),
  nonce: Quantity,
  value: Quantity,
  maxFeePerGas: Quantity.optional(),
  gasPrice: Quantity.optional(),
  blockHash: Hash.nullable(),
})

/** A transaction of the same sender and number that pays more for itself, and a stranger. */
async function replacement(node: EvmNode, txHash: string): Promise<object> {
  const waiting = await node.ask('eth_getTransactionByHash', [txHash], Waiting.nullable())
  if (waiting === null) throw new AppError('sandbox.transaction_not_there', { txHash })
  if (waiting.blockHash !== null) {
    throw new AppError('sandbox.not_replaceable', { txHash, state: 'confirmed' })
  }
  const fee = hex(2n * (waiting.maxFeePerGas ?? waiting.gasPrice ?? 0n))
  const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee }
  const { from, nonce, value } = waiting
  const token = moveOfCall(from, waiting.input)
  const payment =
    token === undefined
      ? { to: STRANGER, value: hex(value) }
      : { to: waiting.to, data: transferCall(STRANGER, token.value) }
  return { from, nonce: hex(nonce), ...payment, ...fees }
}

const HONEST: Omit<Behaviour, 'autoMine'> = {
  halt: false,
  fee: undefined,
  refuseBroadcasts: false,
  forgetBroadcasts: false,
  lie: 'none',
}

/** A real node mines by itself or on demand; it neither lies nor hides. */
async function behave(
  { node, network }: PlayableAnvil,
  change: Partial<Behaviour>,
): Promise<Behaviour> {
  const { autoMine, ...rest } = change
  const wanted: Omit<Behaviour, 'autoMine'> = { ...HONEST, ...rest }
  const unable = Object.entries(wanted).find(
    ([name, value]) => new Map<string, unknown>(Object.entries(HONEST)).get(name) !== value,
  )
  if (unable !== undefined) {
    throw new AppError('sandbox.behaviour_not_playable', { behaviour: unable[0], network })
  }
  if (autoMine !== undefined) {
    await node.ask('evm_setIntervalMining', [autoMine ? 1 : 0], z.null())
    if (!autoMine) await node.ask('evm_setAutomine', [false], z.null())
  }
  const interval = await node.ask('anvil_getIntervalMining', [], z.number().nullable())
  const onDemand = await node.ask('anvil_getAutomine', [], z.boolean())
  return { ...HONEST, autoMine: interval !== null || onDemand }
}
