import http from 'node:http'
import https from 'node:https'
import { createSecureContext, rootCertificates } from 'node:tls'
import type { OutboundRules } from './outbound-url.ts'

/** Where connections to others come from. Neither kind asks a proxy of the environment. */
export type Connections = Readonly<{
  /**
   * Connections that are kept for the next request to the same host and port, for seconds. Those
   * made under different rules are never mixed: one that the sandbox may have leads nowhere else.
   */
  kept: (secure: boolean, rules: OutboundRules) => http.Agent
  /** A connection for one request. */
  fresh: (secure: boolean) => http.Agent
}>

/** Shorter than what web servers wait for the next request. */
const IDLE_MS = 4_000
/** Idle connections of one host and port. */
const IDLE_MAX = 8
/** Each address gets a second before the next is tried (RFC 8305). */
const CONNECTING = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 1_000 }
const KEEPING = { keepAlive: true, maxFreeSockets: IDLE_MAX, timeout: IDLE_MS }

/** @param authorities certificate authorities to trust beside the public ones, as PEM */
export function createConnections(authorities: readonly string[] | undefined): Connections {
  const trust =
    authorities === undefined
      ? {}
      : { secureContext: createSecureContext({ ca: [...rootCertificates, ...authorities] }) }
  const made = new Map<string, http.Agent>()
  const make = (secure: boolean, more: http.AgentOptions): http.Agent =>
    secure
      ? new https.Agent({ ...CONNECTING, ...trust, ...more })
      : new http.Agent({ ...CONNECTING, ...more })
  return {
    kept: (secure, rules) => {
      const name = [secure, rules.plainHttp, rules.loopback].join()
      const known = made.get(name) ?? make(secure, KEEPING)
      made.set(name, known)
      return known
    },
    fresh: (secure) => make(secure, {}),
  }
}
