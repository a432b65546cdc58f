import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import { CrytomUsageError, CrytomWebhookError } from '../errors.ts'
import type { CrytomEvent } from '../generated/events.ts'
import { readJson } from '../json.ts'
import { headerOf, type HeadersLike } from './headers.ts'

/** A request that claims to be a webhook, and what it is held against. */
export type WebhookMessage = Readonly<{
  /** As it came, not parsed and written again. */
  body: string | Uint8Array
  headers: HeadersLike
  /**
   * The endpoint's secret (`whsec_…`) or public key (`whpk_…`); all that count during a rotation.
   */
  secret: string | readonly string[]
  /** How old or early it may be, in milliseconds; 300 000. */
  toleranceMs?: number | undefined
  /** The time, in milliseconds; otherwise that of this machine. */
  now?: number | undefined
  /** Path of the endpoint's URL: needed only where `X-Crytom-Signature` is all there is. */
  path?: string | undefined
}>

const TOLERANCE_MS = 300_000

/**
 * The event of a webhook, once it is proved that the API sent it, to you, now.
 *
 * Checks the Standard Webhooks signature (`v1`, `v1a`), and `X-Crytom-Signature` where that is the
 * only one. A message can come twice with the same `id`, and one can overtake another: `sequence`
 * tells which is the later news of its object.
 *
 * @throws CrytomWebhookError webhook_signature_missing, webhook_timestamp_out_of_window,
 *   webhook_signature_invalid, webhook_body_unreadable
 * @throws CrytomUsageError webhook_secret_invalid, webhook_body_parsed
 */
export function verifyWebhook(message: WebhookMessage): CrytomEvent {
  const body = bytesOf(message.body)
  const secrets = secretsOf(message.secret)
  const standard = headerOf(message.headers, 'webhook-signature')
  if (standard !== undefined) checkStandard(message, standard, { body, secrets })
  else checkCrytom(message, { body, secrets })
  return eventOf(body)
}

type Material = Readonly<{ body: Uint8Array; secrets: readonly string[] }>

function checkStandard(message: WebhookMessage, header: string, { body, secrets }: Material): void {
  const id = headerOf(message.headers, 'webhook-id') ?? ''
  const timestamp = headerOf(message.headers, 'webhook-timestamp') ?? ''
  if (id === '' || !/^\d{10}$/.test(timestamp)) throw missing()
  checkTime(message, Number.parseInt(timestamp, 10) * 1_000)
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  const given = header.split(' ').slice(0, SIGNATURES_MAX)
  const fits = secrets.some((secret) => given.some((one) => isSignedBy(secret, one, signed)))
  if (!fits) throw invalid()
}

/** More would only keep us busy: a rotation has two. */
const SIGNATURES_MAX = 20

function isSignedBy(secret: string, signature: string, signed: Uint8Array): boolean {
  const [version, text = ''] = signature.split(',')
  const given = Buffer.from(text, 'base64')
  if (secret.startsWith(PUBLIC)) {
    return version === 'v1a' && given.length === 64 && verify(null, signed, keyOf(secret), given)
  }
  const key = Buffer.from(secret.slice(SECRET.length), 'base64')
  return version === 'v1' && isSame(createHmac('sha256', key).update(signed).digest(), given)
}

function checkCrytom(message: WebhookMessage, { body, secrets }: Material): void {
  const signature = headerOf(message.headers, 'x-crytom-signature')
  const timestamp = headerOf(message.headers, 'x-crytom-timestamp') ?? ''
  const { path } = message
  if (signature === undefined || path === undefined || !/^\d{13}$/.test(timestamp)) throw missing()
  checkTime(message, Number.parseInt(timestamp, 10))
  const given = Buffer.from(signature, 'hex')
  const fits = secrets
    .filter((secret) => secret.startsWith(SECRET))
    .some((secret) => {
      const hmac = createHmac('sha256', secret).update(`${timestamp}POST${path}`).update(body)
      return isSame(hmac.digest(), given)
    })
  if (!fits) throw invalid()
}

const isSame = (expected: Uint8Array, given: Uint8Array): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given)

function checkTime({ now, toleranceMs }: WebhookMessage, sentAt: number): void {
  const off = Math.abs((now ?? Date.now()) - sentAt)
  if (off <= (toleranceMs ?? TOLERANCE_MS)) return
  throw refusal(
    'webhook_timestamp_out_of_window',
    `The message was sent ${off} ms away from this machine's time. Is its clock right?`,
  )
}

const SECRET = 'whsec_'
const PUBLIC = 'whpk_'
/** What stands before the 32 bytes of an ed25519 key (RFC 8410 §4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

const keyOf = (publicKey: string) =>
  createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(publicKey.slice(PUBLIC.length), 'base64')]),
    format: 'der',
    type: 'spki',
  })

function secretsOf(secret: string | readonly string[]): readonly string[] {
  const secrets: readonly unknown[] = typeof secret === 'string' ? [secret] : [...secret]
  const known = secrets.filter((one): one is string => typeof one === 'string' && isSecret(one))
  if (known.length === secrets.length && known.length > 0) return known
  throw new CrytomUsageError({
    code: 'webhook_secret_invalid',
    message: 'A webhook secret begins with whsec_, a public key with whpk_ (32 bytes of base64).',
  })
}

const isSecret = (text: string): boolean =>
  /^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(text) || /^whpk_[A-Za-z0-9+/]{43}=$/.test(text)

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  throw new CrytomUsageError({
    code: 'webhook_body_parsed',
    message:
      'The body of a webhook has to be given as it came, as text or bytes: what was parsed and written again has another signature. Let no JSON parser see the route before.',
  })
}

function eventOf(body: Uint8Array): CrytomEvent {
  try {
    const event = readJson<CrytomEvent>(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof event.id === 'string' && typeof event.event === 'string') return event
  } catch {
    // It is told below.
  }
  throw refusal('webhook_body_unreadable', 'The body is signed, but no event.')
}

const refusal = (code: string, message: string): CrytomWebhookError =>
  new CrytomWebhookError({ code, message })

const missing = (): CrytomWebhookError =>
  refusal('webhook_signature_missing', 'The headers of a signature are missing or malformed.')

const invalid = (): CrytomWebhookError =>
  refusal('webhook_signature_invalid', 'No signature fits: another secret, or another body.')
