import { createHmac, createSecretKey, sign, type KeyObject } from 'node:crypto'
import type { Instant } from '../shell/clock.ts'

/** One message to sign. */
export type Message = Readonly<{
  /** The event's id: the same at every attempt, so that receivers can tell repetitions. */
  id: string
  /** Path of the receiver's URL, without the query. */
  path: string
  /** The body's exact text. */
  body: string
  /** The secrets that count (`whsec_…`), the current one first; none where keys sign alone. */
  secrets: readonly string[]
  /** Private ed25519 keys that count, the current one first. */
  keys?: readonly KeyObject[]
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
 * `webhook-signature` is over `id.timestamp.body` (10 digits): `v1,` and base64 of HMAC-SHA256, whose
 * key is what the base64 after `whsec_` says, for each secret; `v1a,` and base64 of an ed25519
 * signature for each key. During a rotation there are two.
 *
 * @see standardwebhooks.com, specification 1.0, "Signature scheme"
 */
export function signatureHeaders(message: Message): Readonly<Record<string, string>> {
  const { secrets, keys = [] } = message
  if (secrets.length + keys.length === 0) throw new Error(`nothing signs ${message.id}`)
  const timestamp = Math.floor(message.now / 1_000).toString()
  const text = `${message.id}.${timestamp}.${message.body}`
  const bySecrets = hmacKeysOf(secrets).map(
    ({ standard }) => `v1,${createHmac('sha256', standard).update(text).digest('base64')}`,
  )
  const byKeys = keys.map((key) => `v1a,${sign(null, Buffer.from(text), key).toString('base64')}`)
  return {
    ...crytomHeaders(message),
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': [...bySecrets, ...byKeys].join(' '),
  }
}

type HmacKeys = Readonly<{ crytom: KeyObject; standard: KeyObject }>

/** Messages that are sent together share their secrets; making keys costs more than signing. */
const known = new WeakMap<readonly string[], readonly HmacKeys[]>()

function hmacKeysOf(secrets: readonly string[]): readonly HmacKeys[] {
  const made =
    known.get(secrets) ??
    secrets.map((secret) => ({
      crytom: createSecretKey(secret, 'utf8'),
      standard: createSecretKey(secret.replace(PREFIX, ''), 'base64'),
    }))
  known.set(secrets, made)
  return made
}

function crytomHeaders({ secrets, path, body, now }: Message): Readonly<Record<string, string>> {
  const [current] = hmacKeysOf(secrets)
  if (current === undefined) return {}
  const timestamp = now.toString()
  const hmac = createHmac('sha256', current.crytom).update(`${timestamp}POST${path}${body}`)
  return { 'x-crytom-timestamp': timestamp, 'x-crytom-signature': hmac.digest('hex') }
}
