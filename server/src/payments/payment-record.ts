import type { Instant } from '../shell/clock.ts'
import type { Face, Facts, Option, Part, PaymentException, Status, Terms } from './payment.ts'
import type { Price } from './quote.ts'

/** A way to pay as it was quoted: where to, how much, and the prices that it rests on. */
export type QuotedOption = Option &
  Readonly<{
    address: string
    /** US dollars a whole one, as decimal text; absent where nothing was converted. */
    assetUsd: string | undefined
  }>

/** What the chain shows of a deposit, beside what the rules need of it. */
export type DepositDetails = Readonly<{
  address: string
  txHash: string
  blockHeight: number | undefined
}>

/** A deposit as payments keep it: to one of their addresses, or to nobody's. */
export type KnownDeposit = Readonly<{
  paymentId: string | undefined
  part: Part
  details: DepositDetails
  /** Whose wallet holds it, exactly when it was credited to one. */
  heldOwner: string | undefined
}>

/** What was asked for; fixed when the payment was made. */
export type PaymentTerms = Readonly<{
  paymentId: string
  face: Face
  /** ISO 4217 code or a symbol of the registry. */
  currency: string
  price: Price
  /** US dollars a unit of the currency, as decimal text; absent where nothing was converted. */
  currencyUsd: string | undefined
  options: readonly QuotedOption[]
  productName: string | undefined
  description: string | undefined
  customerId: string | undefined
  /** JSON text of an object. */
  metadata: string
  sealedEmail: Uint8Array | undefined
  successUrl: string | undefined
  cancelUrl: string | undefined
  redirectUrl: string | undefined
  callbackUrl: string | undefined
  createdAt: Instant
  expiresAt: Instant
}>

/** A payment with everything that happened to it. */
export type Payment = PaymentTerms &
  Readonly<{
    status: Status
    exception: PaymentException
    facts: Facts
    /** CAIP-19 of the assets that the payer says were sent. */
    claimedAssets: readonly string[]
    /** What arrived at its addresses, by deposit id; every part of `facts` is in here. */
    deposits: ReadonlyMap<string, KnownDeposit>
    dueAt: Instant | undefined
  }>

/** The terms as the rules judge them. */
export const termsOf = ({ options, expiresAt }: PaymentTerms): Terms => ({ options, expiresAt })

/** Whoever waits at an address: a payment, or nobody. */
export type Holder = Readonly<{
  payment: Payment | undefined
  terms: Terms
  facts: Facts
  /** What arrived there, by deposit id; every part of `facts` is in here. */
  deposits: ReadonlyMap<string, KnownDeposit>
}>

/** The holder of a payment's addresses: the payment. */
export const holderOf = (payment: Payment): Holder => ({
  payment,
  terms: termsOf(payment),
  facts: payment.facts,
  deposits: payment.deposits,
})
