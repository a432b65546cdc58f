import {
  WEBHOOK_BYTES_MAX,
  readBytes,
  receive,
  refused,
  type WebhookAnswer,
  type WebhookHandling,
} from './receive.ts'

/**
 * Handles webhooks where a handler is `Request → Response`: Next.js, Hono, Remix, workers of Node.
 *
 * `export const POST = webhooks.fetch({ secret, onEvent })`. What `onEvent` throws is printed, and
 * answered with 500.
 */
export function fetchHandler(handling: WebhookHandling): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, body } = await answerTo(handling, request)
    const headers = { 'content-type': 'application/json' }
    return status === 204 ? new Response(null, { status }) : new Response(body, { status, headers })
  }
}

async function answerTo(handling: WebhookHandling, request: Request): Promise<WebhookAnswer> {
  try {
    const bytesMax = handling.bytesMax ?? WEBHOOK_BYTES_MAX
    const body = request.body === null ? '' : await readBytes(request.body, bytesMax)
    if (body === undefined) return refused(413, 'webhook_body_too_large')
    const path = new URL(request.url).pathname
    return await receive(handling, { body, headers: request.headers, path })
  } catch (error) {
    console.error(error)
    return refused(500, 'webhook_not_handled')
  }
}
