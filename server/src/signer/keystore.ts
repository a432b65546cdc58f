import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { readForm } from './read-form.ts'

/** Form of the keystore file; raised when an older Coffer could not read it any more. */
export const KEYSTORE_VERSION = 1

/** Bytes of chance behind a seed: 24 words. */
export const ENTROPY_BYTES = 32

/** Bytes of chance that sealing takes: 16 of salt, 12 of nonce. */
export const SEALING_BYTES = 28

const SALT_BYTES = 16
const TAG_BYTES = 16
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))

const fileSchema = z.strictObject({
  version: z.literal(KEYSTORE_VERSION),
  salt: hex(SALT_BYTES),
  nonce: hex(SEALING_BYTES - SALT_BYTES),
  /** Tells a wrong key from a damaged file. */
  keyCheck: hex(8),
  sealed: hex(ENTROPY_BYTES + TAG_BYTES),
})

/** Where a keystore and its key lie, for what is said when they do not fit. */
export type Places = Readonly<{ keystore: string; key: string }>

/**
 * Reads a signer key.
 *
 * @param text 64 hex digits; space around them is left out
 * @throws signer.key_not_readable
 */
export function readSignerKey(text: string, where: string): Buffer {
  const digits = text.trim()
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) throw new AppError('signer.key_not_readable', { where })
  return Buffer.from(digits, 'hex')
}

/**
 * Seals entropy into the text of a keystore file: AES-256-GCM under a key derived from the
 * signer's (HKDF-SHA256, a salt for each file). The entropy is kept and not the seed, because
 * some families derive their keys from it.
 *
 * @param chance `SEALING_BYTES` random bytes
 */
export function sealKeystore(
  entropy: Uint8Array,
  signerKey: Uint8Array,
  chance: Uint8Array,
): string {
  const salt = chance.subarray(0, SALT_BYTES)
  const nonce = chance.subarray(SALT_BYTES, SEALING_BYTES)
  const cipher = createCipheriv('aes-256-gcm', derive(signerKey, salt, 'seal'), nonce)
  cipher.setAAD(boundTo(KEYSTORE_VERSION))
  const body = Buffer.concat([cipher.update(entropy), cipher.final()])
  const file = {
    version: KEYSTORE_VERSION,
    salt: Buffer.from(salt).toString('hex'),
    nonce: Buffer.from(nonce).toString('hex'),
    keyCheck: derive(signerKey, salt, 'check').subarray(0, 8).toString('hex'),
    sealed: Buffer.concat([cipher.getAuthTag(), body]).toString('hex'),
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

/**
 * Opens the text of a keystore file.
 *
 * @returns the entropy; whoever gets it wipes it
 * @throws signer.key_differs, signer.keystore_damaged, signer.keystore_newer
 */
export function openKeystore(text: string, signerKey: Uint8Array, places: Places): Buffer {
  const { keystore } = places
  const file = readForm(text, keystore, { schema: fileSchema, version: KEYSTORE_VERSION })
  const salt = Buffer.from(file.salt, 'hex')
  if (derive(signerKey, salt, 'check').subarray(0, 8).toString('hex') !== file.keyCheck) {
    throw new AppError('signer.key_differs', { keystore, where: places.key })
  }
  const sealed = Buffer.from(file.sealed, 'hex')
  const key = derive(signerKey, salt, 'seal')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.nonce, 'hex'))
    decipher.setAAD(boundTo(file.version)).setAuthTag(sealed.subarray(0, TAG_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(TAG_BYTES)), decipher.final()])
  } catch (cause) {
    const problem = 'its seal is broken'
    throw new AppError('signer.keystore_damaged', { keystore, problem }, { cause })
  }
}

const boundTo = (version: number): Buffer => Buffer.from(`coffer/signer/keystore/v${version}`)

const derive = (signerKey: Uint8Array, salt: Uint8Array, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', signerKey, salt, `coffer/signer/keystore/${use}`, 32))
