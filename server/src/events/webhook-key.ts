import { isoTime } from './event.ts'
import type { Instant } from '../shell/clock.ts'

/** The public half of a key that signs a book's messages. */
export type WebhookKey = Readonly<{
  /** `whk_…` */
  keyId: string
  /** 32 bytes, as RFC 8032 §5.1.5 encodes them. */
  publicKey: Uint8Array
  createdAt: Instant
  /** From then on it signs nothing more; absent for the current one. */
  retiresAt: Instant | undefined
}>

/** How long a replaced key still signs beside the new one. */
export const KEY_ROTATION_MS = 24 * 3_600_000

/** A key as answers and events show it, its public half as Standard Webhooks writes it. */
export const keyView = (key: WebhookKey) => ({
  id: key.keyId,
  algorithm: 'ed25519' as const,
  public_key: `whpk_${Buffer.from(key.publicKey).toString('base64')}`,
  created_at: isoTime(key.createdAt),
  retires_at: key.retiresAt === undefined ? null : isoTime(key.retiresAt),
})

/** A key as a JSON Web Key. @see RFC 8037 §2 */
export const jwkOf = (key: WebhookKey) => ({
  kty: 'OKP' as const,
  crv: 'Ed25519' as const,
  use: 'sig' as const,
  alg: 'EdDSA' as const,
  kid: key.keyId,
  x: Buffer.from(key.publicKey).toString('base64url'),
})

/** Where the public keys of a book are, without a key of the API. */
export const keySetPath = (bookId: string): string => `/.well-known/webhook-keys/${bookId}`
