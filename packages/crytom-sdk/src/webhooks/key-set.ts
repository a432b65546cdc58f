import { CrytomConnectionError } from '../errors.ts'
import { checkedUrl } from '../settings.ts'

/** The public keys behind an address, as those who check messages want them. */
export type KeySet = Readonly<{
  /** The keys as `whpk_…`: those of the last five minutes, or read anew. */
  keys: () => Promise<readonly string[]>
  /** Read anew, for a message that no known key fits; at most once in ten seconds. */
  newKeys: () => Promise<readonly string[]>
}>

/** How long keys are believed, and how long nobody can have them read again by forged messages. */
const KEPT_MS = 300_000
const PAUSE_MS = 10_000
const TIMEOUT_MS = 10_000

/** What it needs beside the address; for tests. */
export type KeySetOptions = Readonly<{ fetch?: typeof globalThis.fetch; now?: () => number }>

/**
 * The keys of an endpoint with `"signature": "ed25519"`, from the `jwks_url` of
 * `GET /v1/webhook-keys`. Give it to a handler as its `secret`: rotations are then followed.
 *
 * @throws CrytomUsageError base_url_invalid, for a URL that is not https:// off this machine
 */
export function keySet(jwksUrl: string, options: KeySetOptions = {}): KeySet {
  const { href } = checkedUrl(jwksUrl)
  const { now = () => Date.now() } = options
  let known: Readonly<{ at: number; keys: Promise<readonly string[]> }> | undefined
  const keysSince = (maxAgeMs: number): Promise<readonly string[]> => {
    if (known !== undefined && now() - known.at < maxAgeMs) return known.keys
    const keys = readKeys(href, options.fetch ?? globalThis.fetch)
    const reading = { at: now(), keys }
    known = reading
    // A failure is told to who waits for it, and not to who comes later.
    keys.catch(() => {
      if (known === reading) known = undefined
    })
    return keys
  }
  return { keys: () => keysSince(KEPT_MS), newKeys: () => keysSince(PAUSE_MS) }
}

async function readKeys(url: string, ask: typeof globalThis.fetch): Promise<readonly string[]> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await ask(url, { redirect: 'error', signal })
    const { keys } = Object(await response.json())
    if (response.ok && Array.isArray(keys)) return keys.flatMap(keyOf)
  } catch (cause) {
    throw unread(cause)
  }
  throw unread(undefined)
}

/** An ed25519 key of a JSON Web Key Set as Standard Webhooks writes it; others are left out. */
function keyOf(jwk: unknown): readonly string[] {
  const { kty, crv, x } = Object(jwk)
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return []
  return [`whpk_${Buffer.from(x, 'base64url').toString('base64')}`]
}

const unread = (cause: unknown): CrytomConnectionError =>
  new CrytomConnectionError({
    code: 'webhook_keys_unread',
    message: 'The public keys of the webhooks could not be read.',
    cause,
    idempotencyKey: undefined,
    outcome: 'unknown',
  })
