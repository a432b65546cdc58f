/**
 * What the network charges, as its parameters stand; all in sun, a millionth of a TRX. The signer
 * has no node to ask, so it reckons with these: a sender refuses to build where the chain charges
 * more.
 *
 * @see https://tronscan.org/#/sr/committee parameters 2, 3 and 7, read 2026-11-20
 */
export const priceFacts = {
  /** For each byte of a transaction that no bandwidth is left for (`getTransactionFee`). */
  byteSun: 1_000n,
  /** For an address that is paid coins for the first time (`…FeeInSystemContract`). */
  accountSun: 1_000_000n,
  /** In the place of bandwidth where an address is new (`getCreateAccountFee`). */
  accountBandwidthSun: 100_000n,
} as const

/** What the network adds to a transaction's length for its result, in bytes. */
export const RESULT_BYTES = 64

/** How long a transaction may wait to be mined, from the newest block's time on, in ms. */
export const VALID_MS = 10 * 60_000

/** The most sun that an amount can be: a signed number of 64 bits. */
export const SUN_MAX = 2n ** 63n - 1n
