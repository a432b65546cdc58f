import type { LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher } from 'undici'
import type { OutboundRules } from './outbound-url.ts'

/**
 * Connections that are kept for the next request to the same host and port, for seconds. Those made
 * under different rules are never mixed: one that the sandbox may have leads nowhere else. No proxy
 * of the environment is asked.
 */
export type Connections = (rules: OutboundRules) => Dispatcher

type ConnectionsWanted = Readonly<{
  /** Asked once for each connection to a name: the addresses to connect to. */
  lookup: (rules: OutboundRules) => LookupFunction
  /** Certificate authorities to trust beside the public ones, as PEM. */
  authorities: readonly string[] | undefined
}>

const HEADER_BYTES_MAX = 16_384
/** Shorter than what web servers wait for the next request. */
const IDLE_MS = 4_000
const CONNECT_MS = 10_000
/** Each address gets a second before the next is tried (RFC 8305). */
const ADDRESS_MS = 1_000

/** Makes what keeps connections; nothing is connected yet. */
export function createConnections({ lookup, authorities }: ConnectionsWanted): Connections {
  const trust =
    authorities === undefined ? {} : { ca: [...rootCertificates, ...authorities].join('\n') }
  const made = new Map<string, Agent>()
  const make = (rules: OutboundRules): Agent =>
    new Agent({
      connect: { lookup: lookup(rules), timeout: CONNECT_MS, ...trust },
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ADDRESS_MS,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      // Whoever sends has a time of his own for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  return (rules) => {
    const name = [rules.plainHttp, rules.loopback].join()
    const known = made.get(name) ?? make(rules)
    made.set(name, known)
    return known
  }
}
