import { randomBytes } from 'node:crypto'
import type { Environment } from '../shell/book.ts'

/** What a key's holder chose for it. */
export type ApiKeyOptions = Readonly<{
  /** Unsigned reads are refused too. */
  demandsSignedReads?: boolean | undefined
  /** Requests a minute; absent: the server's setting. */
  rateLimitPerMinute?: number | undefined
  /** It may approve what others ask for; settled when the key is made. */
  isApprover?: boolean | undefined
}>

/** An API key as its owner may see it again and again: everything but the secret. */
export type ApiKey = Readonly<{
  keyId: string
  name: string
  environment: Environment
  /** The secret's last four characters, to tell keys apart. */
  lastFour: string
  demandsSignedReads: boolean
  rateLimitPerMinute: number | undefined
  isApprover: boolean
  createdAt: number
  revokedAt: number | undefined
}>

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHARACTERS = 48
const SECRET = /^sk_(live|test)_[0-9A-Za-z_-]{32,128}$/

/**
 * Makes a secret key: `sk_live_` or `sk_test_` and 240 random bits in Crockford's base 32.
 *
 * @param random gives that many random bytes
 */
export function newSecretKey(
  environment: Environment,
  random: (size: number) => Uint8Array = randomBytes,
): string {
  const characters = Array.from(random(CHARACTERS), (byte) => ALPHABET.charAt(byte & 31))
  return `sk_${environment}_${characters.join('')}`
}

/** The secret key in an `Authorization` header; absent when there is none of the right form. */
export function secretKeyIn(authorization: string | undefined): string | undefined {
  const [, secret] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return secret !== undefined && SECRET.test(secret) ? secret : undefined
}
