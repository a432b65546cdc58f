import { createHmac } from 'node:crypto'
import type { Instant } from '../shell/clock.ts'

/** One message to sign. */
export type Message = Readonly<{
  /** The event's id: the same at every attempt, so that receivers can tell repetitions. */
  id: string
  /** Path of the receiver's URL, without the query. */
  path: string
  /** The body's exact text. */
  body: string
  /** The secrets that count (`whsec_…`), the current one first. */
  secrets: readonly string[]
  /** The real time, also in a sandbox whose clock is ahead: receivers compare it with theirs. */
  now: Instant
}>

const PREFIX = 'whsec_'

/**
 * The headers by which a receiver knows that a message is ours, in two forms.
 *
 * `X-Crytom-Signature` is lower-case hex of HMAC-SHA256 over timestamp (13 digits), `POST`, path
 * and body; its key is the text of the secret, `whsec_` included, as bytes of UTF-8. It has room
 * for one signature: that of the current secret.
 *
 * `webhook-signature` is `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body` (10 digits); its
 * key is what the base64 after `whsec_` says. During a rotation it holds one for each secret.
 *
 * @see standardwebhooks.com, specification 1.0, "Signature scheme"
 */
export function signatureHeaders(message: Message): Readonly<Record<string, string>> {
  const [current = ''] = message.secrets
  const timestampMs = message.now.toString()
  const timestampSeconds = Math.floor(message.now / 1_000).toString()
  const crytomText = `${timestampMs}POST${message.path}${message.body}`
  const standardText = `${message.id}.${timestampSeconds}.${message.body}`
  const standard = message.secrets.map((secret) => {
    const key = Buffer.from(secret.replace(PREFIX, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(standardText).digest('base64')}`
  })
  return {
    'x-crytom-timestamp': timestampMs,
    'x-crytom-signature': createHmac('sha256', current).update(crytomText).digest('hex'),
    'webhook-id': message.id,
    'webhook-timestamp': timestampSeconds,
    'webhook-signature': standard.join(' '),
  }
}
