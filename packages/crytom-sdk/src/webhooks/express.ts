import type { HeadersLike } from './headers.ts'
import { CrytomUsageError } from '../errors.ts'
import {
  WEBHOOK_BYTES_MAX,
  pathOf,
  readBytes,
  receive,
  refused,
  type WebhookAnswer,
  type WebhookHandling,
} from './receive.ts'

/** What is used of Express' request, and of Node's. */
export type NodeRequest = AsyncIterable<Uint8Array | string> & {
  readonly headers: HeadersLike
  readonly url?: string | undefined
  readonly originalUrl?: string | undefined
  readonly readableEnded?: boolean | undefined
  readonly body?: unknown
  readonly rawBody?: unknown
}

/** What is used of Express' response, and of Node's. */
export type NodeResponse = {
  statusCode: number
  setHeader: (name: string, value: string) => unknown
  end: (text?: string) => unknown
}

/** A handler for Express, for everything like it, and for `http.createServer`. */
export type NodeHandler = (
  request: NodeRequest,
  response: NodeResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * Handles webhooks in Express: `app.post('/webhooks', webhooks.express({ secret, onEvent }))`.
 *
 * It reads the body itself; put it before `express.json()`, or behind `express.raw()`. What
 * `onEvent` throws goes to `next`; without one it is printed, and answered with 500.
 */
export function expressHandler(handling: WebhookHandling): NodeHandler {
  return (request, response, next) => {
    answerTo(handling, request).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        if (next !== undefined) return next(error)
        console.error(error)
        send(response, 500, '')
      },
    )
  }
}

async function answerTo(handling: WebhookHandling, request: NodeRequest): Promise<WebhookAnswer> {
  const body = await bodyOf(request, handling.bytesMax ?? WEBHOOK_BYTES_MAX)
  if (body === undefined) return refused(413, 'webhook_body_too_large')
  const path = pathOf(request.originalUrl ?? request.url ?? '')
  return receive(handling, { body, headers: request.headers, path })
}

function send(response: NodeResponse, status: number, text: string): void {
  response.statusCode = status
  if (text !== '') response.setHeader('content-type', 'application/json')
  // What was not read of a body must not be taken for the next request.
  if (status === 413) response.setHeader('connection', 'close')
  response.end(text)
}

/** @throws CrytomUsageError webhook_body_parsed */
async function bodyOf(
  request: NodeRequest,
  bytesMax: number,
): Promise<Uint8Array | string | undefined> {
  for (const known of [request.rawBody, request.body]) {
    if (typeof known === 'string' || known instanceof Uint8Array) return known
  }
  if (request.readableEnded !== true) return readBytes(request, bytesMax)
  throw new CrytomUsageError({
    code: 'webhook_body_parsed',
    message:
      'Something before this handler has read the body, so that its signature cannot be checked. Put the handler before express.json(), or use express.raw({ type: "application/json" }) for this route.',
  })
}
