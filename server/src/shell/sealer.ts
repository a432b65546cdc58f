import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'

/** Seals secrets at rest under the master key, and hashes them for look-up. */
export type Sealer = Readonly<{
  /** AES-256-GCM; `purpose` (table and column) is bound in, so a value cannot be moved. */
  seal: (purpose: string, plain: string) => Buffer
  /** @throws shell.seal_broken when the key, the purpose or a byte differs */
  open: (purpose: string, sealed: Uint8Array) => string
  /** Keyed hash by which a secret is found again without being readable. */
  lookupHash: (purpose: string, plain: string) => Buffer
}>

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param masterKey 32 bytes; every use has a key of its own derived from it (HKDF-SHA256) */
export function createSealer(masterKey: Uint8Array): Sealer {
  const keyFor = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(0), `coffer/${use}`, 32))
  const sealKey = keyFor('seal/v1')
  const lookupKey = keyFor('lookup/v1')
  return {
    seal: (purpose, plain) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open: (purpose, sealed) => {
      try {
        const nonce = sealed.subarray(0, NONCE_BYTES)
        const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce)
        decipher.setAAD(Buffer.from(purpose))
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new AppError('shell.seal_broken', { what: purpose }, { cause })
      }
    },
    lookupHash: (purpose, plain) =>
      createHmac('sha256', lookupKey).update(`${purpose}\n${plain}`).digest(),
  }
}
