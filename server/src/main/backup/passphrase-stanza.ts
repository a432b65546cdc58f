import { Stanza, type Identity, type Recipient } from 'age-encryption'
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'

// age's own way with a passphrase, computed by OpenSSL: age in JavaScript takes some seconds for
// what takes half of one so. @see https://age-encryption.org/v1, "The scrypt recipient type"
const LABEL = 'age-encryption.org/v1/scrypt'
const TYPE = 'scrypt'
/** What age takes: half a second and 256 MiB. */
export const USUAL_COST_LOG2 = 18

const SALT_BYTES = 16
const TAG_BYTES = 16
/** More would stop a small machine; a forged file may ask for it. */
const COST_LOG2_MAX = 20
const CIPHER = 'chacha20-poly1305'
const NONCE = Buffer.alloc(12)

/** Wraps the key of a file by a passphrase. @param costLog2 1 to 20 */
export const passphraseRecipient = (passphrase: string, costLog2: number): Recipient => ({
  wrapFileKey: (fileKey) => {
    const salt = randomBytes(SALT_BYTES)
    const key = stretched(passphrase, salt, costLog2)
    const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES })
    const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
    return [new Stanza([TYPE, unpadded(salt), String(costLog2)], body)]
  },
})

/** Opens what `passphraseRecipient`, or age itself, wrapped; nothing when it is another's. */
export const passphraseIdentity = (passphrase: string): Identity => ({
  unwrapFileKey: (stanzas) => {
    const [stanza] = stanzas
    const [type, salt = '', cost = ''] = stanza?.args ?? []
    const isOurs = stanza !== undefined && stanzas.length === 1 && type === TYPE
    if (!isOurs || !/^[1-9]\d?$/.test(cost) || Number(cost) > COST_LOG2_MAX) return null
    const key = stretched(passphrase, Buffer.from(salt, 'base64'), Number(cost))
    const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES })
    const body = Buffer.from(stanza.body)
    decipher.setAuthTag(body.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()])
    } catch {
      // With another passphrase the tag is wrong, which is what is asked here.
      return null
    }
  },
})

function stretched(passphrase: string, salt: Uint8Array, costLog2: number): Buffer {
  const N = 2 ** costLog2
  const seasoned = Buffer.concat([Buffer.from(LABEL), salt])
  return scryptSync(passphrase, seasoned, 32, { N, r: 8, p: 1, maxmem: N * 8 * 128 + (1 << 20) })
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
