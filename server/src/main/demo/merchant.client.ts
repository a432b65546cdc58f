import { createHmac, randomUUID } from 'node:crypto'

/** What a merchant's server does: signed requests to `/v1`, answers as JSON. */
export type Merchant = Readonly<{
  get: (path: string) => Promise<unknown>
  post: (path: string, body: object) => Promise<unknown>
}>

/**
 * A merchant's client in thirty lines, as the guide shows it: an HMAC-SHA256 over timestamp,
 * method, path and body, with the secret key.
 */
export function merchant(url: string, secretKey: string): Merchant {
  const send = async (method: 'GET' | 'POST', path: string, body: string): Promise<unknown> => {
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', secretKey)
      .update(timestamp + method + path + body)
      .digest('hex')
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        'x-crytom-timestamp': timestamp,
        'x-crytom-signature': signature,
      },
      ...(method === 'POST' ? { body } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    const answer: unknown = JSON.parse(text)
    return answer
  }
  return {
    get: (path) => send('GET', path, ''),
    post: (path, body) => send('POST', path, JSON.stringify(body)),
  }
}
