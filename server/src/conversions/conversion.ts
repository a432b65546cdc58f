import type { Rate } from '../money/rate.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Price } from '../rates/price.ts'
import type { Instant } from '../shell/clock.ts'

/** The prices that a rate was made from: when each was accepted, and on which sources it rests. */
export type ConversionPrices = Readonly<{ from: Price; to: Price }>

/** An exchange of one asset for another out of the organization's own liquidity. It is final. */
export type Conversion = Readonly<{
  conversionId: string
  /** The caller's own name for it, for ever unique in the book. */
  externalId: string | undefined
  from: AssetId
  to: AssetId
  /** In units of `from`, above zero. */
  given: Units
  /** In units of `to`, above zero. */
  received: Units
  /** In units of `to`: what was kept of the worth at the bare rate. */
  spread: Units
  spreadPpm: number
  /** Whole `to` for a whole `from`, before the spread. */
  rate: Rate
  prices: ConversionPrices
  /** The assets and the amount in the words of the request. */
  asked: string
  customerId: string | undefined
  /** JSON text of an object. */
  metadata: string
  createdAt: Instant
}>

/** A conversion as a request asks for it. */
export type ConversionRequest = Readonly<{
  fromCurrency: string
  fromNetwork: string | undefined
  toCurrency: string
  toNetwork: string | undefined
  /** Decimal text above zero, of the currency that is given. */
  amount: string
  externalId: string | undefined
  customerId: string | undefined
  /** JSON text of an object. */
  metadata: string
}>

/** What is asked for, as one text: requests that differ here ask for different conversions. */
export const askedOf = (request: ConversionRequest): string =>
  JSON.stringify([
    request.fromCurrency,
    request.fromNetwork ?? null,
    request.toCurrency,
    request.toNetwork ?? null,
    request.amount,
  ])

/** Whether a conversion is what this request asks for: the same again, and nothing else. */
export const isAnswerTo = (conversion: Conversion, request: ConversionRequest): boolean =>
  conversion.asked === askedOf(request) &&
  conversion.customerId === request.customerId &&
  conversion.metadata === request.metadata
