/**
 * What kind of network an address leads to. Only `public` may be reached for somebody else;
 * `loopback` too where the caller's rules say so (the sandbox).
 */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link_local'
  | 'metadata'
  | 'multicast'
  | 'tunnel'
  | 'unspecified'
  | 'reserved'

type Range = Readonly<{ prefix: bigint; hostBits: bigint; kind: AddressKind | 'embedded_v4' }>

/**
 * IPv4 by first match; what no line names is public.
 *
 * @see IANA IPv4 Special-Purpose Address Registry; 168.63.129.16 is Azure's metadata service,
 *      which alone of all lives in public space (those of the others are link-local or shared)
 */
const RANGES_V4 = ranges(32n, parseV4, [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'metadata'],
  ['169.254.0.0/16', 'link_local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'reserved'],
  ['192.88.99.0/24', 'tunnel'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'reserved'],
  ['203.0.113.0/24', 'reserved'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
])

/**
 * IPv6 by first match; what no line names is reserved, since only 2000::/3 is handed out.
 *
 * @see IANA IPv6 Special-Purpose Address Registry; NAT64 is RFC 6052, 6to4 RFC 3056, Teredo 4380
 */
const RANGES_V6 = ranges(128n, parseV6, [
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'embedded_v4'],
  ['64:ff9b::/96', 'embedded_v4'],
  ['64:ff9b:1::/48', 'tunnel'],
  ['2001::/32', 'tunnel'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'reserved'],
  ['2002::/16', 'tunnel'],
  ['3fff::/20', 'reserved'],
  ['2000::/3', 'public'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link_local'],
  ['fec0::/10', 'private'],
  ['ff00::/8', 'multicast'],
])

const MAPPED_V4 = 0xffffn

/**
 * The kind of an IP address; absent when the text is none in its usual spelling.
 *
 * @param text dotted quad without leading zeros, or RFC 4291 text without brackets or zone; other
 *             spellings (`0x7f.1`, `2130706433`) are the URL parser's to translate or to refuse
 */
export function kindOfAddress(text: string): AddressKind | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return kindOfV4(v4)
  const v6 = parseV6(text)
  return v6 === undefined ? undefined : kindOfV6(v6)
}

const kindOfV4 = (address: bigint): AddressKind => {
  const kind = firstMatch(RANGES_V4, address) ?? 'public'
  return kind === 'embedded_v4' ? 'reserved' : kind
}

function kindOfV6(address: bigint): AddressKind {
  const kind = firstMatch(RANGES_V6, address) ?? 'reserved'
  if (kind === 'public' && isIsatap(address)) return 'tunnel'
  if (kind !== 'embedded_v4') return kind
  const inner = kindOfV4(address & 0xffff_ffffn)
  const mapped = address >> 32n === MAPPED_V4
  // A translator's own loopback or network is nothing that we may reach through it.
  return mapped || inner === 'public' ? inner : 'tunnel'
}

/** Interface identifiers `0:5efe:…` and `200:5efe:…` carry an IPv4 address (RFC 5214). */
const isIsatap = (address: bigint): boolean => ((address >> 32n) & 0xfdff_ffffn) === 0x0000_5efen

const firstMatch = (table: readonly Range[], address: bigint): Range['kind'] | undefined =>
  table.find((range) => address >> range.hostBits === range.prefix)?.kind

function ranges(
  bits: bigint,
  parse: (text: string) => bigint | undefined,
  table: readonly (readonly [string, Range['kind']])[],
): readonly Range[] {
  return table.map(([text, kind]) => {
    const [network = '', length = ''] = text.split('/')
    const address = parse(network)
    if (address === undefined) throw new Error(`${text} is not a range`)
    const hostBits = bits - BigInt(length)
    return { prefix: address >> hostBits, hostBits, kind }
  })
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || BigInt(part) > 255n) return undefined
    address = (address << 8n) | BigInt(part)
  }
  return address
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail]
  return groups.reduce((address, group) => (address << 16n) | group, 0n)
}

/** The 16-bit groups of one side of `::`; its end may be a dotted quad where the text ends. */
function groupsOf(text: string, endsAddress: boolean): readonly bigint[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: bigint[] = []
  for (const [index, part] of parts.entries()) {
    const quad = endsAddress && index === parts.length - 1 ? parseV4(part) : undefined
    if (quad !== undefined) groups.push(quad >> 16n, quad & 0xffffn)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`))
    else return undefined
  }
  return groups
}
