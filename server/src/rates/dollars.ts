import { formatUnits } from '../money/amount.ts'
import { worthAt } from '../money/rate.ts'
import { units, type Units } from '../money/units.ts'
import type { Price } from './price.ts'

const CENT_DECIMALS = 2

/**
 * What units of an asset are worth in US dollars: whole cents, rounded down. To be shown and
 * compared, so it has no limit: a price that is beyond reason keeps nobody from reading a balance.
 */
export const centsOf = (value: Units, decimals: number, { usd }: Pick<Price, 'usd'>): bigint =>
  worthAt(value, usd, { fromDecimals: decimals, toDecimals: CENT_DECIMALS, mode: 'down' })

/** Cents as the decimal text of dollars: `1250.5`. */
export const dollarText = (cents: bigint): string => formatUnits(units(cents), CENT_DECIMALS)
