import { isSimulated } from '../custody/deposit-route.ts'
import { depositsOfTx } from '../custody/read-custody.action.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import { resolveAsset } from '../money/alias.ts'
import { formatUnits, parseUnits } from '../money/amount.ts'
import type { Asset } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import { play, requireSandbox, type Playable, type SandboxCtx } from './play.action.ts'

/** What topping up needs. */
export type FundsCtx = SandboxCtx & Readonly<{ treasury: Treasury }>

/** Test money that an organization wants to have. */
export type FundsRequest = Readonly<{
  currency: string
  network?: string | undefined
  /** Decimal text above zero. */
  amount: string
}>

/** Test money on its way; `available` when it is booked already. */
export type Funds = Readonly<{
  txHash: string
  address: string
  asset: Asset
  /** Decimal text. */
  amount: string
  status: 'available' | 'pending'
}>

const WAIT_MS = 50
const WAITS_MAX = 60

/** A node moves its final block on by epochs, so that the first mining may fall short. */
const FINALITY_ROUNDS_MAX = 5

/**
 * Tops up the balance of a sandbox book: a deposit to its treasury's key, from which payouts are
 * sent, final at once, that is found and booked like any other. Waits some seconds for that.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, what `Treasury.keyOf`,
 *   `resolveAsset` and `parseUnits` throw
 */
export async function addFunds(ctx: FundsCtx, book: Book, request: FundsRequest): Promise<Funds> {
  requireSandbox(book)
  const asset = resolveAsset(request)
  const units = parseUnits(request.amount, asset.decimals)
  const { txHash, address } = await play(ctx, { book, chain: asset.chain }, async (at) => {
    const { address } = await ctx.treasury.keyOf(book, asset.chain)
    const sent = await at.node.send('normal', [{ to: address, asset: asset.id, units }])
    await mineToFinality(at)
    return { txHash: sent, address }
  })
  const status = await waitUntilBooked(ctx, book, { chain: asset.chain, txHash })
  return { txHash, address, asset, amount: formatUnits(units, asset.decimals), status }
}

/** Mines what waits, until it is final: a real node says when, else it is the registry's depth. */
export async function mineToFinality({ network, node, chain }: Playable): Promise<void> {
  const { height } = await node.mine(1)
  if (isSimulated(chain)) {
    await node.mine(network.confirmations.final - 1)
    return
  }
  for (let rounds = 0; rounds < FINALITY_ROUNDS_MAX; rounds += 1) {
    const { finalHeight } = await chain.adapter.tips()
    if (finalHeight >= height) return
    await node.mine(height - finalHeight)
  }
}

/** The work is another process's, so that the time it may take is bounded here. */
async function waitUntilBooked(
  ctx: FundsCtx,
  book: Book,
  sent: Readonly<{ chain: ChainId; txHash: string }>,
): Promise<Funds['status']> {
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    const deposits = await depositsOfTx(ctx.db, { bookId: book.bookId, ...sent })
    if (deposits.some((one) => one.level === 'final')) return 'available'
    await ctx.clock.sleep(WAIT_MS)
  }
  return 'pending'
}
