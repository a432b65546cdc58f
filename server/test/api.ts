import { createSecretKey } from 'node:crypto'
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { startApi, type ApiOptions } from '../src/api/api.ts'
import type { ApiCtx } from '../src/api/context.ts'
import type { ShellCtx } from '../src/shell/context.ts'
import type { Book } from '../src/shell/book.ts'
import { createApiKey } from '../src/tenancy/api-keys.action.ts'
import { createOrganization, type Organization } from '../src/tenancy/create-organization.action.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { createRates } from '../src/rates/rates.ts'
import { tellHalt } from '../src/main/tell-halt.ts'
import type { Db } from '../src/shell/db.ts'
import { testOutbound } from './outbound.ts'
import { testShell, type TestShell } from './shell.ts'
import { sign } from '../src/tenancy/signing.ts'
import { createSandboxNodes } from '../src/sandbox/sandbox-nodes.ts'

/** What came back, headers in lower case. `json` is undefined where the body is none. */
export type Reply = Readonly<{
  status: number
  headers: Readonly<Record<string, string>>
  text: string
  json: unknown
}>

/** One request. `target` has path and query; headers given here win, undefined takes one away. */
export type Call = Readonly<{
  method?: string
  body?: unknown
  headers?: Readonly<Record<string, string | undefined>>
}>

/** Sends signed requests as the holder of a key. */
export type Client = (target: string, call?: Call) => Promise<Reply>

/** An API on a free port, with an organization that holds a key of each book. */
export type TestApi = AsyncDisposable &
  Readonly<{
    url: string
    organization: Organization
    /** Secret keys of the organization's books. */
    secretKeys: Readonly<{ live: string; test: string }>
    /** Signs with the test book's key. */
    call: Client
    /** Signs with another key. */
    as: (secretKey: string) => Client
    /** Sends as it is. */
    send: Client
  }>

/** What routes may ask for: a test's shell, and ports that do what a test needs of them. */
export type TestApiCtx = ApiCtx & TestShell

/**
 * A context whose ports are the real ones where those need nothing else. There is no chain unless
 * the test gives some, and whoever asks for an address fails.
 *
 * @param more settings that differ from the defaults, and ports of the test's own
 */
export function testApiCtx(
  db: Db,
  more: Readonly<{
    env?: Readonly<Record<string, string>>
    ports?: Partial<Omit<ApiCtx, keyof ShellCtx>>
  }> = {},
): TestApiCtx {
  const shell = testShell(db, more.env)
  const chains = more.ports?.chains ?? { of: () => undefined, list: () => [] }
  return {
    ...shell,
    addresses: { prepare: () => Promise.reject(new Error('this test hands out no address')) },
    faucet: { fill: () => Promise.resolve('none') },
    giveSignerCode: noSigner,
    ledger: createLedger(shell),
    nodes: createSandboxNodes({ ...shell, chains }, new Map()),
    outbound: testOutbound(shell.clock),
    rates: createRates(shell),
    signedBefore: noSigner,
    tellHalt: tellHalt(shell),
    treasury: { keyOf: () => Promise.reject(new Error('this test has no treasury')) },
    ...more.ports,
    chains,
  }
}

/** A port of tests that have no signer. */
export const noSigner = (): Promise<never> => Promise.reject(new Error('this test has no signer'))

/** Starts an API for a test; every answer is held against its route's schema. */
export async function testApi(ctx: ApiCtx, options: ApiOptions): Promise<TestApi> {
  const organization = await createOrganization(ctx, { name: 'Example Shop' })
  const keyOf = async (book: Book): Promise<string> =>
    (await createApiKey(ctx, book, { name: 'tests' })).secretKey
  const secretKeys = { live: await keyOf(organization.live), test: await keyOf(organization.test) }
  const api = await startApi(ctx, { checkReplies: true, ...options })
  // The clock may stand still, and two equal requests must not have one signature.
  // It may be moved as well: a timestamp of before must not come again.
  const used = new Set<number>()
  const timestamp = (): string => {
    let sentAt = ctx.clock.now()
    while (used.has(sentAt)) sentAt -= 1
    used.add(sentAt)
    return String(sentAt)
  }
  const as = (secretKey: string) => signedClient(api.url, secretKey, timestamp)
  return {
    url: api.url,
    organization,
    secretKeys,
    call: as(secretKeys.test),
    as,
    send: (target, call = {}) => exchange(api.url, target, { ...call, body: textOf(call.body) }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

/** The three headers that a request must carry. */
export function signedHeaders(
  secretKey: string,
  parts: Readonly<{ method: string; target: string; body: string; timestamp: string }>,
): Record<'authorization' | 'x-crytom-timestamp' | 'x-crytom-signature', string> {
  const key = createSecretKey(secretKey, 'utf8')
  const signed = { ...parts, body: Buffer.from(parts.body) }
  return {
    authorization: `Bearer ${secretKey}`,
    'x-crytom-timestamp': parts.timestamp,
    'x-crytom-signature': sign(signed, parts.timestamp, key),
  }
}

function signedClient(url: string, secretKey: string, nextTimestamp: () => string): Client {
  return (target, call = {}) => {
    const body = textOf(call.body)
    const method = call.method ?? (body === '' ? 'GET' : 'POST')
    const timestamp = nextTimestamp()
    const headers = signedHeaders(secretKey, { method, target, body, timestamp })
    return exchange(url, target, { method, body, headers: { ...headers, ...call.headers } })
  }
}

const textOf = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)

async function exchange(
  url: string,
  target: string,
  call: Call & Readonly<{ body: string }>,
): Promise<Reply> {
  const headers: OutgoingHttpHeaders = {}
  if (call.body !== '') headers['content-type'] = 'application/json'
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    if (value === undefined) delete headers[name.toLowerCase()]
    else headers[name.toLowerCase()] = value
  }
  const { hostname, port } = new URL(url)
  const method = call.method ?? (call.body === '' ? 'GET' : 'POST')
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const request = httpRequest({ hostname, port, path: target, method, headers }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
      resolve({
        status: response.statusCode ?? 0,
        headers: Object.fromEntries(told),
        text,
        json: text.startsWith('{') ? JSON.parse(text) : undefined,
      })
    })
  })
  request.on('error', reject)
  request.end(call.body)
  return promise
}
