import type { AppError } from '../errors/app-error.ts'
import { appendFirstEvent } from '../events/append-first-event.ts'
import { account } from '../ledger/chart.ts'
import { liquidityMoved, type LiquidityFacts } from '../ledger/conversion-operations.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { chartBalances, lockAvailable } from '../ledger/read-balances.action.ts'
import { requirePosted } from '../ledger/result.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, type Asset } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { insufficientBalance, insufficientLiquidity } from './book-conversion.action.ts'

/** What there is of an asset for conversions into it, and what they have left there. */
export type Liquidity = Readonly<{ asset: AssetId; available: Units; spread: Units }>

/** The assets of which a book has, or had, liquidity; in the order of their codes. */
export async function readLiquidity(db: Queryable, book: Book): Promise<readonly Liquidity[]> {
  const rows = await chartBalances(db, book.bookId)
  const postedOf = (asset: AssetId, purpose: string): Units =>
    rows.find((row) => row.asset === asset && row.purpose === purpose)?.available ?? units(0n)
  return rows
    .filter((row) => row.purpose === 'liquidity')
    .map(({ asset, available }) => {
      return { asset, available, spread: postedOf(asset, 'conversions.spread') }
    })
    .sort((a, b) => (knownAsset(a.asset).code < knownAsset(b.asset).code ? -1 : 1))
}

/** Coins to be set aside for conversions (`in`), taken back (`out`), or taken as `earnings`. */
export type LiquidityMove = Pick<LiquidityFacts, 'units' | 'direction'> &
  Readonly<{ book: Book; asset: Asset }>

/** A move as it is told. */
export type MoveView = ReturnType<typeof moveSnapshot>

/**
 * Moves coins between what the organization may spend, its liquidity, and what that has earned.
 *
 * @throws ledger.insufficient_balance, ledger.account_closed, conversions.insufficient_liquidity
 */
export async function moveLiquidity(
  ctx: Pick<ShellCtx, 'clock' | 'ids'> & Readonly<{ ledger: Pick<Ledger, 'postInDbTx'> }>,
  dbTx: DbTx,
  move: LiquidityMove,
): Promise<MoveView> {
  const { book, asset, units: amount, direction } = move
  const moveId = ctx.ids.next('liq')
  const entry = liquidityMoved({ moveId, asset: asset.id, units: amount, direction })
  const result = await ctx.ledger.postInDbTx(dbTx, book.bookId, entry)
  if (result.kind === 'insufficient_balance') throw shortage(move, result.available)
  requirePosted(entry.externalId, result)
  const object = moveSnapshot(move, { moveId, after: await liquidityAfter(dbTx, move) })
  await appendFirstEvent(ctx, dbTx, { book, type: 'liquidity.moved', objectId: moveId, object })
  return object
}

function shortage({ asset, direction, units: wanted }: LiquidityMove, available: Units): AppError {
  switch (direction) {
    case 'in':
      return insufficientBalance(asset.id, { account: 'Your balance', available, wanted })
    case 'out':
      return insufficientLiquidity(asset.id, available)
    case 'earnings':
      return insufficientBalance(asset.id, { account: 'Your spread', available, wanted })
  }
}

/** What there is in the liquidity after it. */
async function liquidityAfter(dbTx: DbTx, { book, asset }: LiquidityMove): Promise<Units> {
  const liquidity = account('liquidity', asset.id)
  const available = await lockAvailable(dbTx, book.bookId, [liquidity])
  return available.get(liquidity.accountId) ?? units(0n)
}

const moveSnapshot = (
  { book, asset, units: amount, direction }: LiquidityMove,
  { moveId, after }: Readonly<{ moveId: string; after: Units }>,
) => ({
  id: moveId,
  direction,
  currency: asset.currency,
  network: asset.network,
  asset: asset.id,
  amount: formatUnits(amount, asset.decimals),
  liquidity: formatUnits(after, asset.decimals),
  environment: book.environment,
})
