import type { AddressSource } from '../custody/address-source.ts'
import { isSimulated } from '../custody/deposit-route.ts'
import type { AddressOwner } from '../custody/deposit.ts'
import { issueAddresses } from '../custody/issue-addresses.action.ts'
import { depositsOf } from '../custody/read-custody.action.ts'
import { resolveAsset } from '../money/alias.ts'
import { formatUnits, parseUnits } from '../money/amount.ts'
import type { Asset } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { play, requireSandbox, type Playable, type SandboxCtx } from './play.action.ts'

/** What topping up needs. */
export type FundsCtx = SandboxCtx &
  Pick<ShellCtx, 'ids'> &
  Readonly<{ addresses: Pick<AddressSource, 'prepare'> }>

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
 * Tops up the balance of a sandbox book: a deposit to a new address of its own, final at once, that
 * is found and booked like any other. Waits some seconds for that.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, what `AddressSource.prepare`,
 *   `resolveAsset` and `parseUnits` throw
 */
export async function addFunds(ctx: FundsCtx, book: Book, request: FundsRequest): Promise<Funds> {
  requireSandbox(book)
  const asset = resolveAsset(request)
  const units = parseUnits(request.amount, asset.decimals)
  const owner: AddressOwner = { kind: 'treasury', id: ctx.ids.next('fund') }
  const { txHash, address } = await play(ctx, { book, chain: asset.chain }, async (at) => {
    const addresses = await ctx.addresses.prepare(book, [{ chain: asset.chain, asset: asset.id }])
    const [issued] = addresses
    if (issued === undefined) throw new Error(`no address was made on ${asset.chain}`)
    await inDbTx(ctx, (dbTx) => issueAddresses(ctx, dbTx, { book, owner, addresses }))
    const { address } = issued
    const sent = await at.node.send('normal', [{ to: address, asset: asset.id, units }])
    await mineToFinality(at)
    return { txHash: sent, address }
  })
  const status = await waitUntilBooked(ctx, book, owner)
  return { txHash, address, asset, amount: formatUnits(units, asset.decimals), status }
}

/** When a block is final, a real node says itself; a simulated one's depth is the registry's. */
async function mineToFinality({ network, node, chain }: Playable): Promise<void> {
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
  owner: AddressOwner,
): Promise<Funds['status']> {
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    const deposits = await depositsOf(ctx.db, book.bookId, owner)
    if (deposits.some((one) => one.level === 'final')) return 'available'
    await ctx.clock.sleep(WAIT_MS)
  }
  return 'pending'
}
