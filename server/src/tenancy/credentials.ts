import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { ShellCtx } from '../shell/context.ts'
import type { Db } from '../shell/db.ts'
import { gather } from '../shell/gather.ts'
import {
  admit,
  findKeys,
  type KeyRow,
  type SeenSignature,
  type StateRow,
} from './credential.store.ts'
import { addressSet, type AddressSet } from './ip-range.ts'
import type { Principal } from './principal.ts'
import type { Signature } from './signing.ts'

/** An API key as far as it never changes. */
export type Credential = Readonly<{
  bookId: Principal['book']['bookId']
  keyId: string
  /** The secret key as the HMAC key of request signatures. */
  hmacKey: KeyObject
}>

/** What a key may do at this moment. */
export type KeyState = Readonly<{
  principal: Principal
  /** Absent: every address may use it. */
  allowed: AddressSet | undefined
  demandsSignedReads: boolean
  rateLimitPerMinute: number | undefined
}>

/** How a request with a key stands. `repeated`: its signature was seen before. */
export type Admission = Readonly<{ state: KeyState; repeated: boolean }>

/** The API keys, from the database, with what never changes of them kept in memory. */
export type Credentials = Readonly<{
  /** The key with this secret; absent when unknown. It may have been revoked since. */
  find: (secretKey: string) => Promise<Credential | undefined>
  /**
   * Reads what the key may do now and, with a signature, remembers it: of all requests with the
   * same signature, in any process, one is not `repeated`. Absent: the key was revoked.
   */
  admit: (credential: Credential, signature?: Signature) => Promise<Admission | undefined>
}>

/** The purposes under which secrets of keys are sealed and hashed. */
export const SECRET_PURPOSE = 'api_key.secret'

const BATCH_MAX = 500
const CACHE_MAX = 10_000
const MINUTE_MS = 60_000

type Asked = Readonly<{ credential: Credential; signature: Signature | undefined }>

/** Opens the keys of a database. Concurrent calls share statements (`gather`). */
export function createCredentials(ctx: Pick<ShellCtx, 'db' | 'sealer'>): Credentials {
  const known = new Map<string, Credential>()
  const lookUp = gather((hashes: readonly Buffer[]) => lookUpKeys(ctx, hashes), {
    batchMax: BATCH_MAX,
  })
  const states = createStates()
  const ask = gather((asked: readonly Asked[]) => askAll(ctx.db, states, asked), {
    batchMax: BATCH_MAX,
  })
  return {
    find: async (secretKey) => {
      // By a hash, so that looking up takes the same time whatever part of a guess is right.
      const handle = hash('sha256', secretKey, 'base64')
      const cached = known.get(handle)
      if (cached !== undefined) return cached
      const row = await lookUp(ctx.sealer.lookupHash(SECRET_PURPOSE, secretKey))
      if (row === undefined) return undefined
      if (known.size >= CACHE_MAX) known.clear()
      const credential = credentialOf(ctx, row)
      known.set(handle, credential)
      return credential
    },
    admit: (credential, signature) => ask({ credential, signature }),
  }
}

function credentialOf(ctx: Pick<ShellCtx, 'sealer'>, row: KeyRow): Credential {
  const secret = ctx.sealer.open(SECRET_PURPOSE, row.sealed_secret)
  return { bookId: row.book_id, keyId: row.key_id, hmacKey: createSecretKey(secret, 'utf8') }
}

async function lookUpKeys(
  ctx: Readonly<{ db: Db }>,
  hashes: readonly Buffer[],
): Promise<(KeyRow | undefined)[]> {
  const rows = await findKeys(ctx.db, hashes)
  const byHash = new Map(rows.map((row) => [row.lookup_hash.toString('base64'), row]))
  return hashes.map((one) => byHash.get(one.toString('base64')))
}

async function askAll(
  db: Db,
  states: States,
  asked: readonly Asked[],
): Promise<(Admission | undefined)[]> {
  const keys = new Map(asked.map(({ credential }) => [credential.keyId, credential]))
  // The first of equal signatures in this batch stands for all; the others are repetitions.
  const signatures = seenSignatures(asked)
  const rows = await admit(db, [...keys.values()], signatures)
  const byKey = new Map(rows.map((row) => [row.key_id, states.stateOf(row)]))
  const seen = new Set(rows[0]?.repeated.map((place) => signatures[place - 1]?.hex))
  return asked.map(({ credential, signature }) => {
    const state = byKey.get(credential.keyId)
    if (state === undefined) return undefined
    if (signature === undefined) return { state, repeated: false }
    const repeated = seen.has(signature.hex)
    seen.add(signature.hex)
    return { state, repeated }
  })
}

/** Each signature once, in the order that `admit` asks for. */
function seenSignatures(asked: readonly Asked[]): readonly SeenSignature[] {
  const byHex = new Map<string, SeenSignature>()
  for (const { credential, signature } of asked) {
    if (signature === undefined) continue
    const { hex, timestamp } = signature
    const minute = Math.floor(timestamp / MINUTE_MS)
    byHex.set(hex, { bookId: credential.bookId, minute, hex })
  }
  return [...byHex.values()].sort((a, b) => (a.hex < b.hex ? -1 : 1))
}

type States = Readonly<{ stateOf: (row: StateRow) => KeyState }>

/** Turns rows into states; address lists are parsed again only when their text changed. */
function createStates(): States {
  const lists = new Map<string, Readonly<{ text: string; allowed: AddressSet }>>()
  const allowedOf = (row: StateRow): AddressSet => {
    const text = row.ranges.join(' ')
    const known = lists.get(row.book_id)
    if (known?.text === text) return known.allowed
    if (lists.size >= CACHE_MAX) lists.clear()
    const allowed = addressSet(row.ranges)
    lists.set(row.book_id, { text, allowed })
    return allowed
  }
  return {
    stateOf: (row) => ({
      principal: {
        keyId: row.key_id,
        book: {
          bookId: row.book_id,
          orgId: row.org_id,
          environment: row.environment,
          clockOffsetMs: row.clock_offset_ms,
        },
      },
      allowed: row.ip_list_enabled ? allowedOf(row) : undefined,
      demandsSignedReads: row.demands_signed_reads,
      rateLimitPerMinute: row.rate_limit_per_minute ?? undefined,
    }),
  }
}
