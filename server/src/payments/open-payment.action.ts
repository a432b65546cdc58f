import type { AddressSource, WantedAddress } from '../custody/address-source.ts'
import { issueAddresses } from '../custody/issue-addresses.action.ts'
import { appendFirstEvent } from '../events/append-first-event.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { AssetId } from '../money/units.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { insertPayment } from './new-payment.store.ts'
import { createdEvent } from './payment-events.ts'
import type { Payment, PaymentTerms } from './payment-record.ts'
import type { PaymentRequest } from './payment-request.ts'
import type { Face } from './payment.ts'
import { quotePayment, type Quote, type QuoteCtx } from './quote-payment.action.ts'
import { publicUrlOf } from './public-url.ts'
import { eventSnapshot, type SnapshotFrame } from './snapshot.ts'

/** What preparing a payment needs. */
export type PrepareCtx = QuoteCtx & Readonly<{ addresses: Pick<AddressSource, 'prepare'> }>

/** What opening a payment needs. */
export type OpenCtx = Pick<ShellCtx, 'clock' | 'ids' | 'config' | 'sealer'>

/** A payment that can be opened: what it costs, and addresses that nobody was given yet. */
export type PreparedPayment = Readonly<{
  quote: Quote
  addresses: Awaited<ReturnType<AddressSource['prepare']>>
}>

const PREFIXES = {
  checkout: 'chk',
  invoice: 'inv',
  payment: 'pay',
} as const satisfies Record<Face, string>

/** What binds a sealed mail address to its column. */
export const EMAIL_PURPOSE = 'payment.sealed_email'

/**
 * Makes everything ready that needs other rooms: rates, settings, keys, nodes. It comes before the
 * dbTx that opens the payment.
 *
 * @throws what `quotePayment` and `AddressSource.prepare` throw
 */
export async function preparePayment(
  ctx: PrepareCtx,
  book: Book,
  request: PaymentRequest,
): Promise<PreparedPayment> {
  const quote = await quotePayment(ctx, book, request)
  return { quote, addresses: await ctx.addresses.prepare(book, wantedAddresses(quote)) }
}

/**
 * Opens a payment as it was prepared: its own addresses, and its event. The quote's window begins
 * now.
 */
export async function openPayment(
  ctx: OpenCtx,
  dbTx: DbTx,
  { book, prepared }: Readonly<{ book: Book; prepared: PreparedPayment }>,
): Promise<Payment> {
  const { quote, addresses } = prepared
  const { request } = quote
  const paymentId = ctx.ids.next(PREFIXES[request.face])
  await issueAddresses(ctx, dbTx, { book, owner: { kind: 'payment', id: paymentId }, addresses })
  const createdAt = bookNow(ctx.clock, book)
  const terms: PaymentTerms = {
    paymentId,
    face: request.face,
    currency: quote.currency,
    price: quote.price,
    currencyUsd: quote.currencyUsd,
    options: quote.options.map((option) => {
      const family = familyOf(option.asset)
      const issued = addresses.find((one) => one.family === family)
      if (issued === undefined) throw new Error(`no address was issued for ${option.asset}`)
      return { ...option, address: issued.address }
    }),
    productName: request.productName,
    description: request.description,
    customerId: request.customerId,
    metadata: request.metadata,
    sealedEmail:
      request.customerEmail === undefined
        ? undefined
        : ctx.sealer.seal(EMAIL_PURPOSE, request.customerEmail),
    successUrl: request.urls.success_url,
    cancelUrl: request.urls.cancel_url,
    redirectUrl: request.urls.redirect_url,
    callbackUrl: request.urls.callback_url,
    createdAt,
    expiresAt: createdAt + quote.quoteWindowMs,
  }
  await insertPayment(dbTx, { bookId: book.bookId, terms })
  const payment = newPayment(terms)
  await appendFirstEvent(ctx, dbTx, {
    book,
    type: createdEvent(payment.face),
    objectId: paymentId,
    object: eventSnapshot(payment, newFrame(ctx, book)),
    callbackUrl: payment.callbackUrl,
  })
  return payment
}

const newPayment = (terms: PaymentTerms): Payment => ({
  ...terms,
  status: 'awaiting',
  exception: 'none',
  facts: { parts: [], claimedAt: undefined, ruling: undefined },
  claimedAssets: [],
  deposits: new Map(),
  dueAt: terms.expiresAt,
})

// Nothing arrived yet, so no chain needs to be asked how far it is.
const newFrame = (ctx: Pick<OpenCtx, 'config'>, book: Book): SnapshotFrame => ({
  environment: book.environment,
  publicUrl: publicUrlOf(ctx.config),
  heights: new Map(),
})

/**
 * One address for each family of chains (ADR 0010): what arrives is told by its asset, and whose it
 * is by the address.
 */
function wantedAddresses({ options }: Quote): readonly WantedAddress[] {
  const byFamily = Map.groupBy(options, (option) => familyOf(option.asset))
  return [...byFamily.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const also = others.map((option) => option.asset)
    return [{ chain: knownAsset(first.asset).chain, asset: first.asset, also }]
  })
}

const familyOf = (asset: AssetId): NetworkFamily => knownNetwork(knownAsset(asset).chain).family
