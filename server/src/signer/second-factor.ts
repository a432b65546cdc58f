import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { base32 } from '@scure/base'

const STEP_MS = 30_000
const SECRET_BYTES = 20

/**
 * The secret of the second factor. It is derived from the entropy in the keystore, so that it is
 * sealed with it, comes back with it, and needs no place of its own.
 */
export const secondFactorSecret = (entropy: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', entropy, '', 'coffer/signer/second-factor/1', SECRET_BYTES))

/** What an authenticator app reads, for the person who is to hold the second factor. */
export const enrolmentUri = (secret: Uint8Array, fingerprint: string): string =>
  `otpauth://totp/Coffer:${fingerprint}?secret=${base32.encode(secret)}&issuer=Coffer`

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
  const present = Math.floor(now / STEP_MS)
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
