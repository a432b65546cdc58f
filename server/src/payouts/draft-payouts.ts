import { holdRef, type PayoutHold } from '../ledger/payout-operations.ts'
import { TRANSFERS_MAX } from '../ledger/prepared-entry.ts'
import type { Book } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { Ids } from '../shell/ids.ts'
import type { Batch } from './batch.ts'
import type { Payout } from './payout.ts'
import type { PayoutOrder } from './payout-request.ts'
import type { PreparedPayout } from './prepared-payout.ts'

/** A payout that is about to begin, with the money that it takes. */
export type Draft = Readonly<{ payout: Payout; from: PreparedPayout; hold: PayoutHold }>

/** What payouts are drafted from. */
export type DraftParts = Readonly<{
  book: Book
  order: PayoutOrder
  batch: Batch | undefined
  payouts: readonly PreparedPayout[]
  /** In the book's time. */
  createdAt: Instant
}>

/** Payouts as they are to begin, each with a place of its own among the holds. */
export const draftPayouts = (ids: Ids, parts: DraftParts): readonly Draft[] =>
  parts.payouts.map((from, place) => {
    const payoutId = ids.next('po')
    const { batch } = parts
    const hold =
      batch === undefined
        ? holdRef(payoutId)
        : holdRef(sliceOf(batch, place), place % TRANSFERS_MAX)
    const { source } = from.asked
    return {
      payout: { ...termsAndWords(from, parts), payoutId, hold },
      from,
      hold: { payoutId, source, asset: from.asset.id, units: from.units },
    }
  })

function termsAndWords(
  from: PreparedPayout,
  { book, order, batch, createdAt }: DraftParts,
): Omit<Payout, 'payoutId' | 'hold'> {
  const { asked } = from
  return {
    bookId: book.bookId,
    kind: order.kind,
    sourceId: asked.sourceId,
    batchId: batch?.batchId,
    externalId: asked.externalId,
    asset: from.asset.id,
    units: from.units,
    feeUnits: from.feeUnits,
    netUnits: from.netUnits,
    quoteId: from.quoteId,
    feeMax: from.feeMax,
    price: from.price,
    worthCents: from.worthCents,
    destination: from.destination,
    customerId: asked.customerId,
    metadata: asked.metadata,
    initiator: order.initiator,
    status: 'processing',
    problem: undefined,
    waitsFor: undefined,
    dispatchId: undefined,
    txHash: undefined,
    networkFee: undefined,
    createdAt,
    endedAt: undefined,
  }
}

const SLICE_DIGITS = 4

/** The part of a batch whose holds stand in one entry; its names sort as the rows do. */
const sliceOf = ({ batchId }: Batch, place: number): string =>
  `${batchId}.${`${Math.floor(place / TRANSFERS_MAX)}`.padStart(SLICE_DIGITS, '0')}`
