import type { SendKind } from '../chains/sandbox-node.ts'
import { AppError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { formatUnits, parseUnits } from '../money/amount.ts'
import type { Asset } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'
import { dustOf } from './dust.ts'
import { play, type Playable, type SandboxCtx } from './play.action.ts'

/** Kinds of deposits: those of the chain, and one too small to be worth moving. */
export type DepositKind = SendKind | 'dust'

/** What a sandbox's owner wants to see arriving. */
export type DepositRequest = Readonly<{
  /** Any address of the network, ours or not. */
  address: string
  currency: string
  /** Absent where the currency says it: `USDT_BSC`. */
  network?: string | undefined
  /** Decimal text above zero. */
  amount: string
  kind?: DepositKind | undefined
  /** Blocks that are mined on it at once; none: it waits in the mempool for the next block. */
  confirmations?: number | undefined
}>

/** A transfer on its way. */
export type SentDeposit = Readonly<{
  txHash: string
  asset: Asset
  /** In its canonical form. */
  address: string
  /** What was sent, as decimal text; of `fee_on_transfer` less arrives. */
  amount: string
}>

/**
 * Plays somebody who pays: a transfer on the simulated chain.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, sandbox.kind_not_playable,
 *   sandbox.deposit_address_invalid, and what `resolveAsset` and `parseUnits` throw
 */
export async function sendDeposit(
  ctx: SandboxCtx,
  book: Book,
  request: DepositRequest,
): Promise<SentDeposit> {
  const asset = resolveAsset(request)
  return play(ctx, { book, chain: asset.chain }, async (at) => {
    const address = readAddress(at, request.address)
    const asked = parseUnits(request.amount, asset.decimals)
    const kind = request.kind ?? 'normal'
    const units = kind === 'dust' ? dustOf(asset, asked) : asked
    const sending = { to: address, asset: asset.id, units }
    const txHash = await at.node.send(kind === 'dust' ? 'normal' : kind, [sending])
    if (request.confirmations !== undefined) await at.node.mine(request.confirmations)
    return { txHash, asset, address, amount: formatUnits(units, asset.decimals) }
  })
}

function readAddress({ chain, network }: Playable, text: string): string {
  const check = chain.adapter.checkAddress(text)
  if (check.kind === 'valid') return check.address
  const { reason } = check
  throw new AppError('sandbox.deposit_address_invalid', { network: network.name, reason })
}
