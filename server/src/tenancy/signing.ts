import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { compareDecimals, parseDecimal } from '../money/decimal.ts'
import type { Instant } from '../shell/clock.ts'

/** How far a request's timestamp may be from our clock, either way. */
export const TIMESTAMP_WINDOW_MS = 300_000

/** What a request says to prove who sent it; both headers as they came. */
export type SignatureHeaders = Readonly<{
  timestamp: string | undefined
  signature: string | undefined
}>

/** The parts of a request that its signature covers. */
export type SignedParts = Readonly<{
  method: string
  /** The request target as sent, query included. */
  target: string
  /** The raw bytes of the body; empty when there was none. */
  body: Uint8Array
}>

/** A signature that verified: what must not come twice. */
export type Signature = Readonly<{ hex: string; timestamp: Instant }>

/** What the signature headers of a request amount to, before or beside the key. */
export type SignatureCheck =
  | Readonly<{ kind: 'unsigned' }>
  | Readonly<{ kind: 'verified'; signature: Signature }>
  | Readonly<{ kind: 'missing'; header: string }>
  | Readonly<{ kind: 'timestamp_malformed' }>
  | Readonly<{ kind: 'timestamp_in_seconds' }>
  | Readonly<{ kind: 'timestamp_out_of_window'; offMs: number }>
  | Readonly<{ kind: 'signature_invalid' }>

/**
 * Judges a request's signature. GETs may come without; a write, or a GET that carries one of the
 * two headers, must have both and they must verify.
 *
 * @param request its parts, its headers, and `now` of our clock
 * @param key the secret key, as HMAC key
 * @see the signing rules in the API's documentation
 */
export function checkSignature(
  request: SignedParts & SignatureHeaders & Readonly<{ now: Instant }>,
  key: KeyObject,
): SignatureCheck {
  const { timestamp, signature, method, now } = request
  if (timestamp === undefined && signature === undefined && method === 'GET') {
    return { kind: 'unsigned' }
  }
  if (timestamp === undefined) return { kind: 'missing', header: 'X-Crytom-Timestamp' }
  if (signature === undefined) return { kind: 'missing', header: 'X-Crytom-Signature' }
  if (/^\d{10}$/.test(timestamp)) return { kind: 'timestamp_in_seconds' }
  if (!/^\d{13}$/.test(timestamp)) return { kind: 'timestamp_malformed' }
  const at = Number.parseInt(timestamp, 10)
  const offMs = Math.abs(at - now)
  if (offMs > TIMESTAMP_WINDOW_MS) return { kind: 'timestamp_out_of_window', offMs }
  if (!/^[0-9a-f]{64}$/.test(signature)) return { kind: 'signature_invalid' }
  const given = Buffer.from(signature, 'hex')
  for (const payload of payloads(request, timestamp)) {
    if (!timingSafeEqual(given, hmac(key, payload))) continue
    return { kind: 'verified', signature: { hex: signature, timestamp: at } }
  }
  return { kind: 'signature_invalid' }
}

/** `X-Crytom-Signature` of a request: HMAC-SHA256 over timestamp, method, target and body. */
export function sign(parts: SignedParts, timestamp: string, key: KeyObject): string {
  return hmac(key, [`${timestamp}${parts.method}${parts.target}`, parts.body]).toString('hex')
}

type Payload = readonly [head: string, body: string | Uint8Array]

function hmac(key: KeyObject, [head, body]: Payload): Buffer {
  return createHmac('sha256', key).update(head).update(body).digest()
}

/** Every text that may stand for this request, the likeliest first. */
function* payloads(request: SignedParts, timestamp: string): Generator<Payload> {
  const { method, target, body } = request
  const bodies = body.length === 0 ? ['', '{}'] : [body]
  const query = target.indexOf('?')
  // SDK 1.0 signed reads without their query; writes never may, since a query can change them.
  const targets = method === 'GET' && query >= 0 ? [target, target.slice(0, query)] : [target]
  for (const one of targets) for (const text of bodies) yield [`${timestamp}${method}${one}`, text]
  const reserialized = body.length === 0 ? undefined : reserialize(body)
  if (reserialized !== undefined) yield [`${timestamp}${method}${target}`, reserialized]
}

/**
 * The body as `JSON.stringify` writes it after parsing: what a client signs who hands an object to
 * an HTTP library that serializes it in another way. Absent when that text may not say the same:
 * a number that no float holds must be signed as sent.
 */
function reserialize(body: Uint8Array): string | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    const numbers = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/\d[\d.eE+-]*/g) ?? []
    return numbers.every(isExactAsFloat) ? JSON.stringify(value) : undefined
  } catch {
    return undefined
  }
}

/** @throws money.amount_out_of_range, which means no */
const isExactAsFloat = (source: string): boolean =>
  compareDecimals(parseDecimal(source), parseDecimal(String(Number(source)))) === 0
