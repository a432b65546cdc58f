import { createHmac } from 'node:crypto'

/** What is signed: the request exactly as it is sent. */
export type Signed = Readonly<{
  /** Unix time in milliseconds. */
  timestamp: number
  method: string
  /** Path and query as they stand in the request line. */
  target: string
  /** Empty where there is none. */
  body: string
}>

/** The headers that prove a request. */
export function signatureHeaders(secretKey: string, signed: Signed): Record<string, string> {
  const { timestamp, method, target, body } = signed
  const signature = createHmac('sha256', secretKey)
    .update(`${timestamp}${method}${target}${body}`)
    .digest('hex')
  return { 'x-crytom-timestamp': String(timestamp), 'x-crytom-signature': signature }
}
