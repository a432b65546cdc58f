/** A transaction, and the time from which on no block takes it. */
export type ExpiringTx = Readonly<{
  /** 64 hexadecimal digits. */
  txHash: string
  expirationMs: number
}>

const SLOT = /^tron:([0-9a-f]{64}):(\d{1,15})$/

/**
 * The slot of a transaction of Tron: itself, and when it expires.
 *
 * Elsewhere two transactions that must not both be mined share a nonce or an output. Tron knows
 * nothing of the kind: a payment that is made again while the first one can still be mined may be
 * paid **twice**. A slot is therefore shared by nothing but the very same transaction, and is spent
 * when the transaction can no longer be mined: see `isOver`. Until then nothing may be built in its
 * place.
 */
export const slotOf = ({ txHash, expirationMs }: ExpiringTx): string =>
  `tron:${txHash}:${expirationMs}`

/** @throws RangeError when it is no slot of Tron: slots come from our own codec */
export function readSlot(slot: string): ExpiringTx {
  const [, txHash = '', expiration = ''] = SLOT.exec(slot) ?? []
  if (txHash === '') throw new RangeError(`${slot} is no slot of Tron`)
  return { txHash, expirationMs: Number(expiration) }
}

/** What the time is: of the newest solidified block, and by our own clock; in ms. */
export type Times = Readonly<{ solidMs: number; nowMs: number }>

/**
 * Whether a transaction that is not in the chain can never come into it.
 *
 * A block takes a transaction only if it expires after the time of the block **before** it. A
 * solidified block is never taken back, and times only rise: once its time has reached the
 * expiration, every block that may still come stands on one that is too late. A block at the tip
 * proves nothing: a fork may put an earlier one in its place. And a node may lie about the time,
 * which our own clock does not: both must be past it.
 */
export const isOver = ({ expirationMs }: ExpiringTx, { solidMs, nowMs }: Times): boolean =>
  solidMs >= expirationMs && nowMs >= expirationMs
