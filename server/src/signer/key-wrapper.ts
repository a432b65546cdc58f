import { argon2Sync, createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** Bytes of the key that seals a keystore. */
export const DATA_KEY_BYTES = 32

const NONCE_BYTES = 12
const SALT_BYTES = 16
const TAG_BYTES = 16

// The second of the parameter sets that RFC 9106 recommends: 64 MiB, a tenth of a second.
const ARGON2 = { memory: 65_536, passes: 3, parallelism: 4 } as const
// What a file may ask of this machine at most; a forged one must not stop it.
const MEMORY_KIB_MAX = 4 * 1024 * 1024

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))
const sealed = { nonce: hex(NONCE_BYTES), sealed: hex(DATA_KEY_BYTES + TAG_BYTES) }

/** A data key as it is kept in the file: sealed by a key, or by a passphrase. */
export const wrappedKeySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('key'), salt: hex(SALT_BYTES), ...sealed }),
  z.strictObject({
    by: z.literal('passphrase'),
    salt: hex(SALT_BYTES),
    memory: z.int().min(8).max(MEMORY_KIB_MAX),
    passes: z.int().min(1).max(100),
    parallelism: z.int().min(1).max(64),
    ...sealed,
  }),
])

/** See `wrappedKeySchema`. */
export type WrappedKey = z.infer<typeof wrappedKeySchema>

/**
 * Seals and opens data keys, in the shape of a key management service: the key that wraps never
 * leaves it. Whoever keeps his in such a service implements this and `wrappedKeySchema`'s line.
 */
export type KeyWrapper = Readonly<{
  by: WrappedKey['by']
  wrap: (dataKey: Uint8Array) => Promise<WrappedKey>
  /** @returns absent when this key or passphrase does not open it */
  unwrap: (wrapped: WrappedKey) => Promise<Buffer | undefined>
}>

/** Wraps with a key of 32 bytes, which was read from a file, a descriptor or the environment. */
export function keyWrapper(signerKey: Uint8Array): KeyWrapper {
  const derived = (salt: Uint8Array): Buffer =>
    Buffer.from(hkdfSync('sha256', signerKey, salt, 'coffer/signer/wrap', DATA_KEY_BYTES))
  return {
    by: 'key',
    wrap: async (dataKey) => {
      const salt = randomBytes(SALT_BYTES)
      return { by: 'key', salt: salt.toString('hex'), ...seal(derived(salt), dataKey) }
    },
    unwrap: async (wrapped) =>
      wrapped.by === 'key' ? open(derived(Buffer.from(wrapped.salt, 'hex')), wrapped) : undefined,
  }
}

/** Wraps with a passphrase, stretched by Argon2id. @see RFC 9106 */
export function passphraseWrapper(passphrase: Uint8Array): KeyWrapper {
  const stretched = (salt: Uint8Array, cost: typeof ARGON2 | Cost): Buffer =>
    argon2Sync('argon2id', {
      message: passphrase,
      nonce: salt,
      tagLength: DATA_KEY_BYTES,
      memory: cost.memory,
      passes: cost.passes,
      parallelism: cost.parallelism,
    })
  return {
    by: 'passphrase',
    wrap: async (dataKey) => {
      const salt = randomBytes(SALT_BYTES)
      const key = stretched(salt, ARGON2)
      return { by: 'passphrase', salt: salt.toString('hex'), ...ARGON2, ...seal(key, dataKey) }
    },
    unwrap: async (wrapped) =>
      wrapped.by === 'passphrase'
        ? open(stretched(Buffer.from(wrapped.salt, 'hex'), wrapped), wrapped)
        : undefined,
  }
}

type Cost = Readonly<{ memory: number; passes: number; parallelism: number }>
type Sealed = Readonly<{ nonce: string; sealed: string }>

const AAD = Buffer.from('coffer/signer/wrapped-key')

function seal(key: Buffer, dataKey: Uint8Array): Sealed {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(AAD)
  const body = Buffer.concat([cipher.update(dataKey), cipher.final()])
  key.fill(0)
  return {
    nonce: nonce.toString('hex'),
    sealed: Buffer.concat([cipher.getAuthTag(), body]).toString('hex'),
  }
}

function open(key: Buffer, { nonce, sealed: text }: Sealed): Buffer | undefined {
  const bytes = Buffer.from(text, 'hex')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'hex'))
  decipher.setAAD(AAD).setAuthTag(bytes.subarray(0, TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()])
  } catch {
    // With another key the tag is wrong, which is what is asked here.
    return undefined
  } finally {
    key.fill(0)
  }
}

const SHORTEST = 12

/**
 * Reads a passphrase: one line of at least 12 characters.
 * @throws signer.passphrase_too_short
 */
export function readPassphrase(text: string, where: string): Buffer {
  const [line = ''] = text.normalize('NFKD').split(/\r?\n/)
  if (line.length < SHORTEST) throw new AppError('signer.passphrase_too_short', { where })
  return Buffer.from(line)
}
