import { hkdfSync } from 'node:crypto'
import { TOTP_SECRET_BYTES } from '../totp/totp.ts'

/**
 * The secret of the second factor. It is derived from the entropy in the keystore, so that it is
 * sealed with it, comes back with it, and needs no place of its own.
 */
export const secondFactorSecret = (entropy: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', entropy, '', 'coffer/signer/second-factor/1', TOTP_SECRET_BYTES))
