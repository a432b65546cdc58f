import { CrytomWebhookError } from '../errors.ts'
import type { CrytomEvent } from '../generated/events.ts'
import { verifyWebhook, type WebhookMessage } from './verify.ts'

/** What a handler of webhooks is made of. */
export type WebhookHandling = Readonly<{
  /** The endpoint's secret (`whsec_…`) or public key (`whpk_…`); all that count in a rotation. */
  secret: string | readonly string[]
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
  message: Pick<WebhookMessage, 'body' | 'headers' | 'path'>,
): Promise<WebhookAnswer> {
  const { secret, toleranceMs, onEvent } = handling
  let event: CrytomEvent
  try {
    event = verifyWebhook({ ...message, secret, toleranceMs })
  } catch (error) {
    if (error instanceof CrytomWebhookError) return refused(400, error.code)
    throw error
  }
  await onEvent(event)
  return { status: 204, body: '' }
}

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
