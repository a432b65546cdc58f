import type { Facts, HeldIn } from './payment.ts'

/**
 * What went wrong with money that came. `short`: the parts of a payment that ended too little;
 * `long`: what is more than the price; `late`: seen after the end; `foreign`: an asset that was not
 * asked for; `unmatched`: nobody waits for it; `reverted`: a fork took it back after it was final.
 */
export type ExceptionKind = 'short' | 'long' | 'late' | 'foreign' | 'unmatched' | 'reverted'

/** What can be done about an exception. */
export type Verb = 'accept' | 'reprice' | 'refund' | 'credit' | 'ignore'

/** Every verb, in the order in which they are shown. */
export const VERBS: readonly Verb[] = ['accept', 'reprice', 'refund', 'credit', 'ignore']

/**
 * Which verbs apply to which kind, and what each does.
 *
 * | verb | money | payment |
 * | --- | --- | --- |
 * | `accept` | to `merchant.available` | as if it had been enough: confirmed (`long`: unchanged) |
 * | `reprice` | as `accept`, what is too much at today's rate to `exceptions.long` | confirmed, or refused when it is too little at today's rate too |
 * | `refund` | to `refunds.payable`, a refund awaits its payout | these coins no longer count |
 * | `credit` | to `merchant.available`, or to a customer's wallet | these coins no longer count |
 * | `ignore` | to `exceptions.ignored` | these coins no longer count |
 *
 * Nobody waits for `unmatched` money, so it cannot be enough for anything. Of `reverted` money
 * nothing is left to send anywhere: `accept` keeps the payment confirmed and pays for what had been
 * spent of them (`merchant.available` to `receivable.reverted`), `ignore` closes the case and leaves
 * the payment as the chain has it, the receivable open.
 */
export const VERBS_OF: Readonly<Record<ExceptionKind, readonly Verb[]>> = {
  short: VERBS,
  long: ['accept', 'refund', 'credit', 'ignore'],
  late: VERBS,
  foreign: VERBS,
  unmatched: ['refund', 'credit', 'ignore'],
  reverted: ['accept', 'ignore'],
}

/** Where a verb sends the coins of an exception that are not `accept`ed or `reprice`d. */
export type SetAside = Extract<
  HeldIn,
  'refunds.payable' | 'customer.wallet' | 'merchant.available' | 'exceptions.ignored'
>

/** The account that `refund`, `credit` and `ignore` move the coins to. */
export function setAsideIn(
  verb: Exclude<Verb, 'accept' | 'reprice'>,
  customerId: string | undefined,
): SetAside {
  switch (verb) {
    case 'refund':
      return 'refunds.payable'
    case 'credit':
      return customerId === undefined ? 'merchant.available' : 'customer.wallet'
    case 'ignore':
      return 'exceptions.ignored'
  }
}

/** What a verb on an exception of this kind decides about its payment as a whole. */
export function rulingOf(kind: ExceptionKind, verb: Verb): Facts['ruling'] {
  if (verb === 'accept' || verb === 'reprice') return kind === 'long' ? undefined : 'accepted'
  // What had come is gone, so whatever still comes finds nobody who waits for it.
  return kind === 'short' ? 'declined' : undefined
}

/** The exception that a final part belongs to once it was put somewhere. */
export function kindOfPlace(
  heldIn: HeldIn | undefined,
): Exclude<ExceptionKind, 'reverted'> | undefined {
  return heldIn === undefined ? undefined : KIND_OF.get(heldIn)
}

const KIND_OF: ReadonlyMap<HeldIn, Exclude<ExceptionKind, 'reverted'>> = new Map([
  ['exceptions.short', 'short'],
  ['exceptions.long', 'long'],
  ['exceptions.late', 'late'],
  ['exceptions.foreign', 'foreign'],
  ['exceptions.unmatched', 'unmatched'],
])
