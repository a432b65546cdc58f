import { Resolver } from 'node:dns/promises'

/** What a name resolved to. `absent`: it is known not to exist; `unknown`: nobody could say. */
export type Resolution =
  | Readonly<{ kind: 'addresses'; addresses: readonly string[] }>
  | Readonly<{ kind: 'absent' }>
  | Readonly<{ kind: 'unknown' }>

/** Asks for every IPv4 and IPv6 address of a name, once; never throws. */
export type ResolveName = (name: string) => Promise<Resolution>

const TIMEOUT_MS = 2_000
const TRIES = 2
const ABSENT = ['ENOTFOUND', 'ENODATA']

/**
 * Asks the machine's DNS servers, or those given (`address:port`). Not `dns.lookup`: that one occupies a thread of libuv's four for
 * as long as a slow name server likes, so that four bad names would hold up everybody's.
 */
export function createResolver(servers?: readonly string[]): ResolveName {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  if (servers !== undefined) resolver.setServers(servers)
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const addresses = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    if (addresses.length > 0) return { kind: 'addresses', addresses }
    const absent = answers.every((one) => one.status === 'rejected' && isAbsent(one.reason))
    return { kind: absent ? 'absent' : 'unknown' }
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ABSENT.includes(String(error.code))
