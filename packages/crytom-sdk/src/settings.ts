import { CrytomUsageError } from './errors.ts'

/** What a client can be given beside its key. */
export type CrytomOptions = Readonly<{
  /**
   * Where the API is: `https://pay.example.com`, with or without `/v1` at its end. Otherwise the
   * environment variable `CRYTOM_BASE_URL`; otherwise the public address for the key's environment.
   */
  baseUrl?: string | undefined
  /** How long one attempt may take, in milliseconds; 60 000. */
  timeoutMs?: number | undefined
  /** How often a request is repeated after a failure that may pass; 3. */
  maxRetries?: number | undefined
  /** In place of the global `fetch`: for proxies, or for tests. */
  fetch?: typeof globalThis.fetch | undefined
}>

/** `sk_test_` keys see the sandbox, `sk_live_` keys see real money. */
export type Environment = 'live' | 'test'

/** Settings that were checked. */
export type Settings = Readonly<{
  secretKey: string
  environment: Environment
  /** Without `/v1`, without a slash at its end. */
  baseUrl: string
  timeoutMs: number
  maxRetries: number
  fetch: typeof globalThis.fetch
}>

const PUBLIC_URL: Readonly<Record<Environment, string>> = {
  live: 'https://www.api.crytom.com/v1',
  test: 'https://www.sandbox-api.crytom.com/v1',
}

/**
 * Checks a key and options.
 *
 * @param fromEnvironment the value of `CRYTOM_BASE_URL`
 * @throws CrytomUsageError secret_key_invalid, option_invalid, base_url_invalid
 */
export function readSettings(
  secretKey: string,
  options: CrytomOptions,
  fromEnvironment: string | undefined,
): Settings {
  const [, environment] = /^sk_(live|test)_[\x21-\x7e]+$/.exec(secretKey) ?? []
  if (environment !== 'live' && environment !== 'test') {
    throw usage('secret_key_invalid', 'A secret key begins with sk_live_ or sk_test_.')
  }
  const given = options.baseUrl ?? fromEnvironment ?? PUBLIC_URL[environment]
  return {
    secretKey,
    environment,
    baseUrl: readBaseUrl(given),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? 60_000, 1),
    maxRetries: wholeNumber('maxRetries', options.maxRetries ?? 3, 0),
    fetch: options.fetch ?? globalThis.fetch,
  }
}

/** The largest delay that a timer of Node takes. */
const NUMBER_MAX = 2_147_483_647

/** @throws CrytomUsageError option_invalid */
export function wholeNumber(name: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= NUMBER_MAX) return value
  throw usage('option_invalid', `${name} must be a whole number from ${min} to ${NUMBER_MAX}.`)
}

function readBaseUrl(text: string): string {
  const url = checkedUrl(text)
  if (url.search + url.hash !== '') {
    throw usage('base_url_invalid', 'The base URL has no query or fragment.')
  }
  return url.origin + url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
}

/**
 * A URL that nobody on the way can read or answer for: https, or this machine's own http.
 *
 * @throws CrytomUsageError base_url_invalid
 */
export function checkedUrl(text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw usage('base_url_invalid', 'The URL is none.')
  }
  if (url.username + url.password !== '') {
    throw usage('base_url_invalid', 'The URL has a user or a password in it.')
  }
  // Every request carries the key: whoever could read the line could spend with it.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw usage('base_url_invalid', 'The URL must be https://, off this machine.')
  }
  return url
}

const isLoopback = (host: string): boolean =>
  /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host)

const usage = (code: string, message: string): CrytomUsageError =>
  new CrytomUsageError({ code, message })
