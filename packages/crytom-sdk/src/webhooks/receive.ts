import { CrytomWebhookError } from '../errors.ts'
import type { CrytomEvent } from '../generated/events.ts'
import type { KeySet } from './key-set.ts'
import { verifyWebhook, type WebhookMessage } from './verify.ts'

/** What a handler of webhooks is made of. */
export type WebhookHandling = Readonly<{
  /**
   * The endpoint's secret (`whsec_…`) or public key (`whpk_…`), all that count in a rotation; or
   * `webhooks.keySet(jwksUrl)`, which follows rotations of public keys by itself.
   */
  secret: string | readonly string[] | KeySet
  /**
   * What to do with an event. When it is done the message is acknowledged; when it throws, the
   * answer is 500 and the message comes again. Be done within ten seconds, and remember the ids of
   * events: each can come more than once.
   */
  onEvent: (event: CrytomEvent) => void | Promise<void>
  /** How old or early a message may be, in milliseconds; 300 000. */
  toleranceMs?: number | undefined
  /** The longest body that is read, in bytes; 5 MiB. */
  bytesMax?: number | undefined
}>

/** What is answered. */
export type WebhookAnswer = Readonly<{ status: number; body: string }>

/** The longest body that is read unless another limit is given. */
export const WEBHOOK_BYTES_MAX = 5 * 1024 * 1024

/** Checks a message and hands its event on. @throws whatever `onEvent` throws */
export async function receive(
  handling: WebhookHandling,
  message: Received,
): Promise<WebhookAnswer> {
  let event: CrytomEvent
  try {
    event = await verified(handling, message)
  } catch (error) {
    if (error instanceof CrytomWebhookError) return refused(400, error.code)
    throw error
  }
  await handling.onEvent(event)
  return { status: 204, body: '' }
}

type Received = Pick<WebhookMessage, 'body' | 'headers' | 'path'>

/** @throws as `verifyWebhook` does; CrytomConnectionError webhook_keys_unread */
async function verified(handling: WebhookHandling, message: Received): Promise<CrytomEvent> {
  const { secret, toleranceMs } = handling
  if (!isKeySet(secret)) return verifyWebhook({ ...message, secret, toleranceMs })
  try {
    return verifyWebhook({ ...message, secret: await secret.keys(), toleranceMs })
  } catch (error) {
    const isUnfit = error instanceof CrytomWebhookError && error.code === UNFIT
    if (!isUnfit) throw error
    return verifyWebhook({ ...message, secret: await secret.newKeys(), toleranceMs })
  }
}

const isKeySet = (secret: WebhookHandling['secret']): secret is KeySet =>
  typeof secret === 'object' && 'newKeys' in secret

const UNFIT = 'webhook_signature_invalid'

/** An answer that refuses a message. */
export const refused = (status: number, code: string): WebhookAnswer => ({
  status,
  body: JSON.stringify({ error: code }),
})

/** The bytes of a stream; undefined where there are more than the limit. */
export async function readBytes(
  stream: AsyncIterable<Uint8Array | string>,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    length += bytes.length
    if (length > bytesMax) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The path of a request's URL, without its query. */
export const pathOf = (url: string): string => url.replace(/[?#].*$/s, '')
