import { createHmac, randomUUID } from 'node:crypto'

/** An answer of `/v1` as a client sees it: `json` is the parsed body, numbers as JSON.parse has them. */
export type V1Answer = Readonly<{
  status: number
  headers: Headers
  text: string
  json: Record<string, unknown>
}>

/** A client written from the source document alone, so that tests do not sign with our own code. */
export type V1Client = Readonly<{
  get: (path: string, headers?: Record<string, string>) => Promise<V1Answer>
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<V1Answer>
  send: (method: string, path: string, body?: string) => Promise<V1Answer>
}>

/** @param now milliseconds; tests with a clock of their own give it */
export function v1Client(url: string, secretKey: string, now: () => number = Date.now): V1Client {
  let last = 0
  const send = async (
    method: string,
    path: string,
    body: string,
    more: Record<string, string> = {},
  ): Promise<V1Answer> => {
    // Two equal requests of one millisecond would have one signature, and the second is a replay.
    last = Math.max(now(), last + 1)
    const timestamp = String(last)
    const signature = createHmac('sha256', secretKey)
      .update(timestamp + method + path + body)
      .digest('hex')
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'x-crytom-timestamp': timestamp,
        'x-crytom-signature': signature,
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body === '' ? {} : { body }),
    })
    const text = await response.text()
    const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {}
    return { status: response.status, headers: response.headers, text, json }
  }
  return {
    get: async (path, headers = {}) => {
      const response = await fetch(url + path, {
        headers: { authorization: `Bearer ${secretKey}`, ...headers },
      })
      const text = await response.text()
      const json: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {}
      return { status: response.status, headers: response.headers, text, json }
    },
    post: (path, body, headers) =>
      send('POST', path, body === undefined ? '' : JSON.stringify(body), {
        'idempotency-key': randomUUID(),
        ...headers,
      }),
    send: (method, path, body = '') => send(method, path, body),
  }
}
