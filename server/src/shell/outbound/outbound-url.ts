import type { Environment } from '../book.ts'
import { kindOfAddress, type AddressKind } from './ip-address.ts'

/** What a request to somebody else's address may do. */
export type OutboundRules = Readonly<{
  /** `http:` beside `https:`. */
  plainHttp: boolean
  /** This very machine: for the sandbox, where a developer's receiver runs beside us. */
  loopback: boolean
}>

/** Live books speak TLS to public addresses only; the sandbox may be tried on one machine. */
export const outboundRules = (environment: Environment): OutboundRules =>
  environment === 'live'
    ? { plainHttp: false, loopback: false }
    : { plainHttp: true, loopback: true }

/** Why a URL, or the address that its name has, may not be called; part of a public sentence. */
export type OutboundRefusal =
  | 'it is not a URL'
  | 'it is longer than 2048 characters'
  | 'it does not begin with https://'
  | 'it does not begin with https:// or http://'
  | 'it carries a user name or a password'
  | 'its port is not one of web servers'
  | 'its host is not a full domain name'
  | 'its host is not a public address'
  | 'its host does not exist'

/** A URL that may be tried: where to, in the canonical spelling. */
export type OutboundUrl = Readonly<{
  secure: boolean
  /** Lower-case ASCII name without trailing dot, or an IP address without brackets. */
  host: string
  /** `host` is an address (and an allowed one): there is nothing to resolve. */
  isAddress: boolean
  port: number
  /** Path without the query; never empty. */
  path: string
  /** Path and query, as in the request line. */
  target: string
  /** `https://host:port`, without what is the scheme's default. */
  origin: string
}>

/** What a URL is under the rules. */
export type OutboundUrlCheck =
  | Readonly<{ kind: 'allowed'; url: OutboundUrl }>
  | Readonly<{ kind: 'refused'; reason: OutboundRefusal }>

const LENGTH_MAX = 2_048
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Ports above 1023 on which something else than a web server listens (WHATWG Fetch, bad ports). */
const BAD_PORTS = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
])

const refused = (reason: OutboundRefusal): OutboundUrlCheck => ({ kind: 'refused', reason })

/**
 * Judges a URL as far as its text tells: scheme, credentials, port, and its host where that is an
 * address in any spelling. Whether a name leads to a public address is asked at each connection.
 *
 * @see WHATWG URL: its host parser turns `0x7f.1`, `017700000001`, `2130706433`, full-width digits
 *      and IDN into the one spelling that is judged here
 */
export function checkUrl(text: string, rules: OutboundRules): OutboundUrlCheck {
  if (text.length > LENGTH_MAX) return refused('it is longer than 2048 characters')
  // The parser drops tabs and line ends and reads a backslash as a slash; nobody means those.
  if (/[\s\\\p{Cc}]/u.test(text)) return refused('it is not a URL')
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return refused('it is not a URL')
  const secure = url.protocol === 'https:'
  if (!secure && !rules.plainHttp) return refused('it does not begin with https://')
  if (!secure && url.protocol !== 'http:') {
    return refused('it does not begin with https:// or http://')
  }
  if (url.username !== '' || url.password !== '') {
    return refused('it carries a user name or a password')
  }
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  if (!isWebPort(port)) return refused('its port is not one of web servers')
  const host = canonicalHost(url.hostname)
  const kind = kindOfAddress(host)
  const reason = kind === undefined ? refusalOfName(host, rules) : refusalOfKind(kind, rules)
  if (reason !== undefined) return refused(reason)
  const target = url.pathname + url.search
  const { pathname: path, origin } = url
  const isAddress = kind !== undefined
  return { kind: 'allowed', url: { secure, host, isAddress, port, path, target, origin } }
}

/** Why an address that a name resolved to may not be called; absent when it may. */
export function refusalOfAddress(
  address: string,
  rules: OutboundRules,
): OutboundRefusal | undefined {
  const kind = kindOfAddress(address)
  return kind === undefined ? 'its host is not a public address' : refusalOfKind(kind, rules)
}

/** Whether the name means this machine by itself (RFC 6761); no resolver is asked then. */
export const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost')

const isWebPort = (port: number): boolean =>
  port === 80 || port === 443 || (port >= 1_024 && !BAD_PORTS.has(port))

const canonicalHost = (hostname: string): string =>
  hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '')

function refusalOfKind(kind: AddressKind, rules: OutboundRules): OutboundRefusal | undefined {
  const allowed = kind === 'public' || (kind === 'loopback' && rules.loopback)
  return allowed ? undefined : 'its host is not a public address'
}

function refusalOfName(host: string, rules: OutboundRules): OutboundRefusal | undefined {
  if (isLoopbackName(host)) {
    return rules.loopback ? undefined : 'its host is not a public address'
  }
  const labels = host.split('.')
  // A name of one label is looked up in the resolver's own search domains: an inside name.
  const full = labels.length >= 2 && host.length <= 253 && labels.every((one) => LABEL.test(one))
  return full ? undefined : 'its host is not a full domain name'
}
