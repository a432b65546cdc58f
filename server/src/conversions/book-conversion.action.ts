import { AppError } from '../errors/app-error.ts'
import { accountIdOf } from '../ledger/chart.ts'
import { converted } from '../ledger/conversion-operations.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { requirePosted, type PostResult } from '../ledger/result.ts'
import type { Entry } from '../ledger/transfer.ts'
import { formatUnits } from '../money/amount.ts'
import { formatDecimal, type Decimal } from '../money/decimal.ts'
import { formatRate } from '../money/rate.ts'
import { knownAsset } from '../money/registry.ts'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { DbTx } from '../shell/db.ts'
import type { Conversion } from './conversion.ts'
import { addLeftOver } from './rounding.store.ts'

/** What booking a conversion needs. */
export type BookingCtx = Readonly<{ ledger: Pick<Ledger, 'postTogether'> }>

/** A conversion, and what rounding left of it in units of the asset it went into. */
export type Booking = Readonly<{ book: Book; conversion: Conversion; left: Decimal }>

/**
 * Enters a conversion in the ledger. It comes last: what it locks stays locked until the dbTx ends.
 *
 * @throws ledger.insufficient_balance, ledger.account_closed, conversions.insufficient_liquidity
 */
export async function bookConversion(
  { ledger }: BookingCtx,
  dbTx: DbTx,
  { book: { bookId }, conversion, left }: Booking,
): Promise<void> {
  const rounding = await addLeftOver(dbTx, { bookId, asset: conversion.to, left })
  const { rate, ...facts } = conversion
  const texts = { rate: formatRate(rate), left: formatDecimal(left) }
  const entry = converted({ ...facts, ...texts, rounding })
  const result = await ledger.postTogether(dbTx, bookId, entry)
  if (result.kind === 'insufficient_balance') throw shortage(conversion, entry, result)
  requirePosted(entry.externalId, result)
}

type Insufficient = Extract<PostResult, { kind: 'insufficient_balance' }>

function shortage({ from, to, given }: Conversion, entry: Entry, short: Insufficient): AppError {
  if (short.account !== accountIdOf('liquidity', to, undefined)) {
    return insufficientBalance(from, {
      account: 'Your balance',
      available: short.available,
      wanted: given,
    })
  }
  // What the entry's earlier transfers took out of it was there as well.
  const taken = entry.transfers
    .slice(0, short.transfer)
    .map((one) => ('debit' in one && one.debit.accountId === short.account ? one.units : 0n))
  const available = taken.reduce<bigint>((sum, one) => sum + one, short.available)
  return insufficientLiquidity(to, units(available))
}

/** The refusal of taking more out of an asset's liquidity than is in it. */
export const insufficientLiquidity = (asset: AssetId, available: Units): AppError =>
  new AppError('conversions.insufficient_liquidity', {
    asset: knownAsset(asset).code,
    available: amountText(asset, available),
  })

/** The refusal of taking more of an asset than the organization has. @param account in words */
export const insufficientBalance = (
  asset: AssetId,
  { account, available, wanted }: Readonly<{ account: string; available: Units; wanted: Units }>,
): AppError =>
  new AppError('ledger.insufficient_balance', {
    account,
    available: `${amountText(asset, available)} ${knownAsset(asset).code}`,
    wanted: amountText(asset, wanted),
  })

const amountText = (asset: AssetId, value: Units): string =>
  formatUnits(value, knownAsset(asset).decimals)
