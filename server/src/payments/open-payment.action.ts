import { issueAddresses, type IssueCtx } from '../custody/issue-addresses.action.ts'
import { appendEvent } from '../events/append-event.ts'
import { knownAsset } from '../money/registry.ts'
import { bookNow, type Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { createdEvent } from './payment-events.ts'
import type { Payment, PaymentTerms } from './payment-record.ts'
import type { Face } from './payment.ts'
import { insertPayment } from './payment.store.ts'
import type { Quote } from './quote-payment.action.ts'
import { frameOf } from './settle.action.ts'
import { eventSnapshot } from './snapshot.ts'

/** What opening a payment needs. */
export type OpenCtx = Pick<ShellCtx, 'clock' | 'ids' | 'config' | 'sealer'> & IssueCtx

const PREFIXES = {
  checkout: 'chk',
  invoice: 'inv',
  payment: 'pay',
} as const satisfies Record<Face, string>

/** What binds a sealed mail address to its column. */
export const EMAIL_PURPOSE = 'payment.sealed_email'

/**
 * Opens a payment as it was quoted: its own address on each chain, and its event. The quote's
 * window begins now.
 */
export async function openPayment(
  ctx: OpenCtx,
  dbTx: DbTx,
  { book, quote }: Readonly<{ book: Book; quote: Quote }>,
): Promise<Payment> {
  const { request } = quote
  const paymentId = ctx.ids.next(PREFIXES[request.face])
  const chains = [...new Set(quote.options.map((option) => knownAsset(option.asset).chain))]
  const addresses = await issueAddresses(ctx, dbTx, {
    book,
    owner: { kind: 'payment', id: paymentId },
    chains,
  })
  const createdAt = bookNow(ctx.clock, book)
  const terms: PaymentTerms = {
    paymentId,
    face: request.face,
    currency: quote.currency,
    price: quote.price,
    currencyUsd: quote.currencyUsd,
    options: quote.options.map((option) => {
      const address = addresses.get(knownAsset(option.asset).chain)
      if (address === undefined) throw new Error(`no address was issued for ${option.asset}`)
      return { ...option, address }
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
  await insertPayment(dbTx, book.bookId, terms)
  const payment = newPayment(terms)
  await appendEvent(ctx, dbTx, {
    book,
    type: createdEvent(payment.face),
    objectId: paymentId,
    object: eventSnapshot(payment, frameOf(ctx, book)),
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
