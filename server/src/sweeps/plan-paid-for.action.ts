import type { Faucet } from '../custody/faucet.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { knownAsset, knownNetwork, type Asset } from '../money/registry.ts'
import { units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'

/** What gives a treasury coins for a fee. */
export type PayingCtx = Readonly<{ faucet: Faucet }>

/** A coin divided by this pays for a first sweep anywhere. */
const FIRST_PARTS = 100n

/**
 * Makes a plan. A treasury without any coins cannot even be told what it would cost: in a sandbox
 * it is given some first.
 *
 * @throws sweeps.sweep_not_possible, and what `plan` throws
 */
export async function planPaidFor<Plan>(
  ctx: PayingCtx,
  { book, asset }: Readonly<{ book: Book; asset: Asset }>,
  plan: () => Promise<Plan>,
): Promise<Plan> {
  try {
    return await plan()
  } catch (error) {
    if (!isError(error, 'sweeps.sweep_not_possible')) throw error
    const { decimals } = knownAsset(knownNetwork(asset.chain).native)
    const least = units(10n ** BigInt(decimals) / FIRST_PARTS)
    const filling = await ctx.faucet.fill(book, { chain: asset.chain, least })
    if (filling === 'none') throw error
    if (filling === 'there') return plan()
    const problem = 'coins for its fee are on their way to the treasury and wait for a block'
    throw new AppError(
      'sweeps.sweep_not_possible',
      { asset: asset.code, problem },
      { cause: error },
    )
  }
}
