import { hash } from 'node:crypto'
import { resolveAsset } from '../money/alias.ts'
import { parseUnits } from '../money/amount.ts'
import type { Asset } from '../money/registry.ts'
import type { Units } from '../money/units.ts'
import type { PayoutSource } from '../ledger/payout-operations.ts'
import type { PayoutKind } from './payout.ts'

/** One payout as somebody asks for it. */
export type PayoutAsked = Readonly<{
  /** Decimal text above 0, as `positiveAmountSchema` gives it; fee included. */
  amount: string
  /** Symbol, asset code or CAIP-19. */
  currency: string
  /** Name or alias; may be absent where the currency says it. */
  network: string | undefined
  /** The fee quote whose terms are wanted; absent: today's. */
  quoteId: string | undefined
  destination: string
  externalId: string | undefined
  customerId: string | undefined
  /** JSON text of an object. */
  metadata: string
  /** The wallet or refund that it takes from. */
  sourceId: string | undefined
  source: PayoutSource
}>

/** Payouts that are asked for together. */
export type PayoutOrder = Readonly<{
  kind: PayoutKind
  /** The id of the API key or person that asks. */
  initiator: string
  /** At least one. */
  rows: readonly PayoutAsked[]
  /** Given for a batch, however many rows it has. */
  batch?: Readonly<{ reference: string | undefined; externalId: string | undefined }> | undefined
}>

/** Most payouts of one request. */
export const MASS_MAX = 50

/** Most rows of a file. */
export const ROWS_MAX = 10_000

/** What a request names, in our own words. */
export type Named = Readonly<{ asset: Asset; units: Units }>

/**
 * Reads asset and amount.
 *
 * @throws what `resolveAsset` does, money.amount_too_precise, money.amount_out_of_range
 */
export function readNames({ amount, currency, network }: PayoutAsked): Named {
  const asset = resolveAsset({ currency, ...(network === undefined ? {} : { network }) })
  return { asset, units: parseUnits(amount, asset.decimals) }
}

/** A hash of what is asked for: the same again, in other words or not, has the same. */
export const contentOf = (kind: PayoutKind, asked: PayoutAsked, { asset, units }: Named): Buffer =>
  hash(
    'sha256',
    JSON.stringify([
      ...[kind, asked.sourceId ?? '', asset.id, `${units}`, asked.destination],
      ...[asked.customerId ?? '', asked.metadata],
    ]),
    'buffer',
  )

/** The same of a batch. @param contents of its rows, in order */
export const batchContentOf = (
  reference: string | undefined,
  contents: readonly Uint8Array[],
): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${reference ?? ''}\n`), ...contents]), 'buffer')
