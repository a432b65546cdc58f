import { createHmac, timingSafeEqual } from 'node:crypto'
import { base32 } from '@scure/base'

const STEP_MS = 30_000

/** Bytes of a secret: as many as SHA-1 gives. */
export const TOTP_SECRET_BYTES = 20

/** What an authenticator app reads. @param account whose it is, such as an e-mail address */
export const enrolmentUri = (secret: Uint8Array, account: string): string =>
  `otpauth://totp/Coffer:${account}?secret=${base32.encode(secret)}&issuer=Coffer`

/** The half minute since the epoch in which `now` lies. */
export const stepAt = (now: number): number => Math.floor(now / STEP_MS)

/**
 * The step that a code belongs to: the present one, or one before or after it, since clocks differ.
 *
 * @param usedStep the step of the newest code that was taken: no code is taken twice
 * @returns absent for a wrong code
 * @see RFC 6238, with SHA-1, 6 digits and 30 seconds, which every app knows
 */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  { now, usedStep }: Readonly<{ now: number; usedStep: number }>,
): number | undefined {
  const present = stepAt(now)
  const given = Buffer.from(code)
  return [present - 1, present, present + 1].find((step) => {
    const expected = Buffer.from(codeAt(secret, step))
    return step > usedStep && expected.length === given.length && timingSafeEqual(expected, given)
  })
}

/** The six digits of a step: the 30 seconds that end `step + 1` half minutes after the epoch began. */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = digest.readUInt8(digest.length - 1) & 0x0f
  const number = (digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000
  return String(number).padStart(6, '0')
}
