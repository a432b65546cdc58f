import { readAddress, type AddressSet } from './ip-range.ts'

/** What a request says about its way here. */
export type RequestWay = Readonly<{
  /** The other end of the connection. */
  peer: string | undefined
  /** Whether this connection itself is TLS. */
  encrypted: boolean
  /** `X-Forwarded-For`, its copies joined with commas in order. */
  forwardedFor: string | undefined
  /** `X-Forwarded-Proto`, likewise. */
  forwardedProto: string | undefined
}>

/** Who called, and whether the way was safe for a secret. */
export type Caller = Readonly<{
  /** Canonical address; absent where a trusted proxy named something that is none. */
  address: string | undefined
  /** TLS up to us or to a trusted proxy, or never left this machine. */
  safe: boolean
}>

/** More proxies than this do not stand in a row. */
const PROXIES_MAX = 32

/**
 * Finds the caller behind trusted proxies. Each proxy appends the address it was called from, so
 * the list is read from the right and only as long as proxies we trust vouch for it: whatever a
 * caller wrote there himself stands further left and is never reached.
 */
export function callerOf(way: RequestWay, trusted: AddressSet): Caller {
  const peer = way.peer === undefined ? undefined : readAddress(way.peer)
  const direct = { address: peer, safe: way.encrypted || isLoopback(peer) }
  if (!trusted(peer)) return direct
  const chain = way.forwardedFor === undefined ? [] : way.forwardedFor.split(',')
  let address = peer
  let proxies = 0
  while (trusted(address) && proxies < Math.min(chain.length, PROXIES_MAX)) {
    address = readAddress(withoutPort(chain.at(-1 - proxies)?.trim() ?? ''))
    proxies += 1
  }
  if (proxies === 0 && way.forwardedProto === undefined) return direct
  return { address, safe: protoSeenBy(way.forwardedProto, Math.max(1, proxies)) === 'https' }
}

/**
 * What the outermost trusted proxy saw. A proxy may append its own word or hand on the one it
 * got, so with fewer words than proxies the leftmost is the outermost's.
 */
function protoSeenBy(header: string | undefined, proxies: number): string {
  const words = (header ?? '').split(',')
  return words[Math.max(0, words.length - proxies)]?.trim().toLowerCase() ?? ''
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || address.startsWith('127.'))
}

/** `203.0.113.7:4711` and `[2001:db8::1]:4711`, as some proxies write. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(entry)
  if (bracketed?.[1] !== undefined) return bracketed[1]
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1] ?? entry
}
