import type { BlockRef } from '../chains/contract.ts'
import type { Behaviour } from '../chains/sandbox-node.ts'
import { AppError } from '../errors/app-error.ts'
import { resolveNetwork } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import { knownAsset, type Asset, type Network } from '../money/registry.ts'
import type { Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { play, requireSandbox, type SandboxCtx } from './play.action.ts'

/** The newest block of a network after it was played with. */
export type Played = Readonly<{ network: Network; tip: BlockRef }>

/**
 * Mines blocks at once.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, and what `resolveNetwork` throws
 */
export async function mineBlocks(
  ctx: SandboxCtx,
  book: Book,
  request: Readonly<{ network: string; blocks: number }>,
): Promise<Played> {
  const { chain } = resolveNetwork(request.network)
  return play(ctx, { book, chain }, async ({ network, node }) => ({
    network,
    tip: await node.mine(request.blocks),
  }))
}

/**
 * Replaces the last blocks by others; transactions in `drop` never come back.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, sandbox.reorg_too_deep,
 *   sandbox.transaction_not_there, and what `resolveNetwork` throws
 */
export async function reorgChain(
  ctx: SandboxCtx,
  book: Book,
  request: Readonly<{ network: string; depth: number; drop?: readonly string[] | undefined }>,
): Promise<Played> {
  const { chain } = resolveNetwork(request.network)
  return play(ctx, { book, chain }, async ({ network, node }) => ({
    network,
    tip: await node.reorg(request.depth, request.drop ?? []),
  }))
}

/**
 * Replaces a waiting `replaceable` transaction, on whatever chain it is, by one that pays somebody
 * else.
 *
 * @returns the hash of the other one
 * @throws sandbox.test_key_needed, sandbox.transaction_not_there, sandbox.not_replaceable
 */
export async function replaceTransaction(
  ctx: SandboxCtx,
  book: Book,
  txHash: string,
): Promise<string> {
  requireSandbox(book)
  for (const { adapter } of ctx.chains.list(book)) {
    const { chain } = adapter
    if (!(await ctx.nodes.of(book, chain)?.knows(txHash))) continue
    return play(ctx, { book, chain }, ({ node }) => node.replace(txHash))
  }
  throw new AppError('sandbox.transaction_not_there', { txHash })
}

/** A change of how a network's node behaves; what is absent stays. */
export type BehaviourRequest = Readonly<{
  network: string
  /** What a transfer costs, as decimal text in the network's own coin; null: the node's price. */
  fee?: string | null | undefined
  change: Partial<Omit<Behaviour, 'fee'>>
}>

/**
 * Makes a network's node halt, refuse, forget or lie, or behave again.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, sandbox.behaviour_not_playable,
 *   sandbox.fee_out_of_range, and what `resolveNetwork` and `parseUnits` throw
 */
export async function setBehaviour(
  ctx: SandboxCtx,
  book: Book,
  request: BehaviourRequest,
): Promise<Readonly<{ network: Network; behaviour: Behaviour }>> {
  const { chain, native } = resolveNetwork(request.network)
  const { fee } = request
  const feeUnits = typeof fee === 'string' ? feeOf(fee, knownAsset(native)) : undefined
  const change = fee === undefined ? request.change : { ...request.change, fee: feeUnits }
  return play(ctx, { book, chain }, async ({ network, node }) => ({
    network,
    behaviour: await node.behave(change),
  }))
}

/** More is no price rise that anybody could mean, and would leave what can be counted. */
const FEE_COINS_MAX = 1_000_000n

function feeOf(text: string, { decimals }: Asset): Units {
  const fee = parseUnits(text, decimals)
  const isBeyond = fee > FEE_COINS_MAX * 10n ** BigInt(decimals)
  if (isBeyond) throw new AppError('sandbox.fee_out_of_range', { coinsMax: FEE_COINS_MAX })
  return fee
}
