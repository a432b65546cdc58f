import type { Chains } from '../custody/chains.ts'
import { ownAddresses } from '../custody/own-addresses.action.ts'
import { AppError } from '../errors/app-error.ts'
import type { Asset } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { checkDestination } from './check-destination.ts'
import type { Named, PayoutAsked } from './payout-request.ts'

/** Addresses of ours, by chain and address. */
export type OursAmong = ReadonlySet<string>

type Ctx = Readonly<{ db: Queryable; chains: Chains }>

/** Most addresses that one statement looks for. */
const ASKED_MAX = 1_000

const keyOf = (chain: string, address: string): string => `${chain} ${address}`

/** Which destinations are addresses of ours. */
export async function oursAmong(
  ctx: Ctx,
  book: Book,
  rows: readonly Readonly<{ asked: PayoutAsked; named: Named }>[],
): Promise<OursAmong> {
  const ours = new Set<string>()
  for (const [chain, own] of Map.groupBy(rows, ({ named }) => named.asset.chain)) {
    const adapter = ctx.chains.of(book, chain)?.adapter
    const addresses = own.flatMap(({ asked }) => {
      const check = adapter?.checkAddress(asked.destination)
      return check?.kind === 'valid' ? [check.address] : []
    })
    for (let place = 0; place < addresses.length; place += ASKED_MAX) {
      const asked = addresses.slice(place, place + ASKED_MAX)
      const found = await ownAddresses(ctx, book, { chain, addresses: asked })
      for (const address of found) ours.add(keyOf(chain, address))
    }
  }
  return ours
}

/** @throws payouts.destination_is_ours */
export function refuseOurs(ours: OursAmong, { chain, network }: Asset, address: string): void {
  if (!ours.has(keyOf(chain, address))) return
  throw new AppError('payouts.destination_is_ours', { address, network })
}

/**
 * The canonical form of an address that one asset can be paid to.
 *
 * @throws payouts.destination_invalid, payouts.destination_is_token, payouts.destination_is_ours,
 *   custody.cannot_send
 */
export async function judgeAddress(
  ctx: Ctx,
  book: Book,
  { asset, address }: Readonly<{ asset: Asset; address: string }>,
): Promise<string> {
  const { chain } = asset
  const adapter = ctx.chains.of(book, chain)?.adapter
  if (adapter === undefined) throw new AppError('custody.cannot_send', { chain })
  const destination = checkDestination(adapter, asset, address)
  const found = await ownAddresses(ctx, book, { chain, addresses: [destination] })
  if (found.size === 0) return destination
  throw new AppError('payouts.destination_is_ours', {
    address: destination,
    network: asset.network,
  })
}
