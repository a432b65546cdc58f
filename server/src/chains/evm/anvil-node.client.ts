import { numberToHex, type Hex } from 'viem'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { knownAsset, type Network } from '../../money/registry.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { BlockRef } from '../contract.ts'
import type { Behaviour, SandboxNode, Sending, SendKind } from '../sandbox-node.ts'
import { Hash, Header, Quantity } from './answers.ts'
import { anvilTransaction } from './anvil-sends.ts'
import { createEvmNode, type EvmNode } from './node.client.ts'

/** How often a block comes by itself, in seconds. */
const BLOCK_S = 1

/** Whom replacements pay. */
const STRANGER = '0x00000000000000000000000000000000000beef1'

const TIMEOUT_MS = 10_000

const HexText = z.templateLiteral(['0x', z.string()])
const Accounts = z.array(HexText).min(1)
const Anything = z.unknown()
const BlockOfHashes = z.object({ transactions: z.array(Hash) })
const Sent = z
  .object({
    from: HexText,
    nonce: HexText,
    blockHash: HexText.nullish(),
    maxFeePerGas: Quantity.nullish(),
    gasPrice: Quantity.nullish(),
  })
  .nullable()

/**
 * An anvil on this machine as the sandbox plays it: payers are the accounts that it signs for. It
 * mines, forks and replaces, but is a real node otherwise: it can neither halt nor lie.
 *
 * @param options.url its JSON-RPC
 */
export function createAnvilNode(
  ctx: Pick<ShellCtx, 'clock'>,
  options: Readonly<{ network: Network; url: string }>,
): SandboxNode {
  const { network, url } = options
  const expectedChainId = BigInt(network.chain.replace('eip155:', ''))
  const node = createEvmNode(ctx, {
    chain: network.chain,
    expectedChainId,
    url,
    timeoutMs: TIMEOUT_MS,
  })
  let sends = 0
  return {
    send: async (kind, sendings) => {
      sends += 1
      return send(node, { kind, sendings, turn: sends })
    },
    knows: async (txHash) => (await findTx(node, txHash)) !== null,
    mine: async (blocks) => {
      if (blocks > 0) await node.ask('anvil_mine', [numberToHex(blocks)], Anything)
      return tipOf(node)
    },
    reorg: (depth, drop) => reorg(node, depth, drop),
    replace: (txHash) => replace(node, txHash),
    behave: (change) => behave(node, network, change),
  }
}

/** The accounts take turns: a transaction that is dropped holds up later ones of its sender. */
async function send(
  node: EvmNode,
  what: Readonly<{
    kind: SendKind
    sendings: readonly [Sending, ...Sending[]]
    turn: number
  }>,
): Promise<string> {
  const { kind, sendings, turn } = what
  const [{ asset: id, to, units }, ...more] = sendings
  const asset = knownAsset(id)
  const refuse = (why: string) =>
    new AppError('sandbox.kind_not_playable', { kind, asset: asset.code, why })
  if (kind === 'fee_on_transfer') throw refuse('no token of this node keeps a part')
  if (more.length > 0) throw refuse('this node pays one address at a time')
  const accounts = await node.ask('eth_accounts', [], Accounts)
  const from = accounts[turn % accounts.length]
  const payment = { kind, to: HexText.parse(to), asset, units }
  return node.ask('eth_sendTransaction', [{ from, ...anvilTransaction(payment) }], Hash)
}

const findTx = (node: EvmNode, txHash: string): Promise<z.infer<typeof Sent>> =>
  Hash.safeParse(txHash).success
    ? node.ask('eth_getTransactionByHash', [txHash], Sent)
    : Promise.resolve(null)

async function tipOf(node: EvmNode): Promise<BlockRef> {
  const { number, hash } = await node.ask('eth_getBlockByNumber', ['latest', false], Header)
  return { height: number, hash }
}

/** Anvil forgets what a fork replaced, so that what shall stay is given to it again. */
async function reorg(node: EvmNode, depth: number, drop: readonly string[]): Promise<BlockRef> {
  const { height } = await tipOf(node)
  if (depth > height) throw new AppError('sandbox.reorg_too_deep', { depth, height })
  const replaced: string[] = []
  for (let at = height - depth + 1; at <= height; at += 1) {
    const block = await node.ask('eth_getBlockByNumber', [numberToHex(at), false], BlockOfHashes)
    replaced.push(...block.transactions)
  }
  await dropWaiting(
    node,
    drop.filter((txHash) => !replaced.includes(txHash)),
  )
  const kept = replaced.filter((txHash) => !drop.includes(txHash))
  const again = await Promise.all(
    kept.map((txHash) => node.ask('eth_getRawTransactionByHash', [txHash], HexText)),
  )
  if (depth > 0) await node.ask('anvil_reorg', [depth, again.map((raw) => [raw, 0])], Anything)
  return tipOf(node)
}

/** Looks for all of them before the first is dropped: a refusal must change nothing. */
async function dropWaiting(node: EvmNode, txHashes: readonly string[]): Promise<void> {
  for (const txHash of txHashes) {
    const found = await findTx(node, txHash)
    const waits = found !== null && isWaiting(found)
    if (!waits) throw new AppError('sandbox.transaction_not_there', { txHash })
  }
  for (const txHash of txHashes) await node.ask('anvil_dropTransaction', [txHash], Anything)
}

const isWaiting = (sent: Readonly<{ blockHash?: Hex | null | undefined }>): boolean =>
  sent.blockHash === null || sent.blockHash === undefined

/** A real node asks for a tenth more; twice as much is enough anywhere. */
async function replace(node: EvmNode, txHash: string): Promise<string> {
  const sent = await findTx(node, txHash)
  if (sent === null) throw new AppError('sandbox.transaction_not_there', { txHash })
  if (!isWaiting(sent)) throw new AppError('sandbox.not_replaceable', { txHash, state: 'mined' })
  const fee = numberToHex((sent.maxFeePerGas ?? sent.gasPrice ?? 0n) * 2n)
  const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee }
  const { from, nonce } = sent
  const transaction = { from, nonce, to: STRANGER, value: numberToHex(1n), ...fees }
  return node.ask('eth_sendTransaction', [transaction], Hash)
}

async function behave(
  node: EvmNode,
  network: Network,
  change: Partial<Behaviour>,
): Promise<Behaviour> {
  const { autoMine, ...rest } = change
  const impossible = Object.entries(rest).find(([, value]) => value && value !== 'none')
  if (impossible !== undefined) {
    const [behaviour] = impossible
    throw new AppError('sandbox.behaviour_not_playable', { behaviour, network: network.name })
  }
  if (autoMine !== undefined) {
    await node.ask('anvil_setAutomine', [false], Anything)
    await node.ask('anvil_setIntervalMining', [autoMine ? BLOCK_S : 0], Anything)
  }
  const atOnce = await node.ask('anvil_getAutomine', [], z.boolean())
  const every = await node.ask('anvil_getIntervalMining', [], z.number().nullable())
  return {
    autoMine: atOnce || every !== null,
    halt: false,
    fee: undefined,
    refuseBroadcasts: false,
    forgetBroadcasts: false,
    lie: 'none',
  }
}
