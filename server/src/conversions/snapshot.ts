import { isoTime } from '../events/event.ts'
import { formatUnits } from '../money/amount.ts'
import { readJson } from '../money/json.ts'
import { exactNumber, type JsonNumber } from '../money/json-number.ts'
import { formatRate, type Rate } from '../money/rate.ts'
import { knownAsset, type Asset } from '../money/registry.ts'
import type { Units } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import type { Environment } from '../shell/book.ts'
import type { Conversion } from './conversion.ts'
import { appliedRate } from './price-conversion.ts'

/** A conversion as `GET /v1/conversions/:id` answers it, and its event tells it. */
export function conversionSnapshot(conversion: Conversion, environment: Environment) {
  const from = knownAsset(conversion.from)
  const to = knownAsset(conversion.to)
  const { rate, spreadPpm, prices } = conversion
  return {
    id: conversion.conversionId,
    conversion_id: conversion.conversionId,
    status: 'completed' as const,
    from: from.currency,
    from_network: from.network,
    from_asset: from.id,
    to: to.currency,
    to_network: to.network,
    to_asset: to.id,
    amount: amount(conversion.given, from),
    received_amount: amount(conversion.received, to),
    rate_applied: number(appliedRate(rate, spreadPpm)),
    market_rate: number(rate),
    spread_amount: amount(conversion.spread, to),
    spread_ppm: spreadPpm,
    prices: [priceSnapshot(prices.from), priceSnapshot(prices.to)],
    external_id: conversion.externalId ?? null,
    customer_id: conversion.customerId ?? null,
    metadata: readJson(conversion.metadata),
    environment,
    created_at: isoTime(conversion.createdAt),
  }
}

const priceSnapshot = ({ currency, usd, at, sources }: Price) => ({
  currency,
  price_usd: number(usd),
  at: isoTime(at),
  sources,
})

const amount = (value: Units, { decimals }: Asset): JsonNumber =>
  exactNumber(formatUnits(value, decimals))

const number = (rate: Rate): JsonNumber => exactNumber(formatRate(rate))
