import { BlockList, SocketAddress, isIP } from 'node:net'
import { AppError } from '../errors/app-error.ts'

type Family = 'ipv4' | 'ipv6'
type Range = Readonly<{ address: string; family: Family; prefix: number }>

/** Says whether an address (as `readAddress` writes it) is in any of some ranges. */
export type AddressSet = (address: string | undefined) => boolean

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/
const MAPPED_BITS = 96

/**
 * The canonical text of an IP address: IPv6 compressed and in lower case, an IPv4 address mapped
 * into IPv6 as plain IPv4, no zone. Absent when the text is no address.
 */
export function readAddress(text: string): string | undefined {
  const version = isIP(text)
  if (version === 0) return undefined
  if (version === 4) return text
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  return MAPPED.exec(address)?.[1] ?? address
}

/**
 * The canonical text of an address or a CIDR range: `203.0.113.7`, `2001:db8::/32`.
 *
 * @throws tenancy.ip_range_invalid — for bits set after the prefix too: `203.0.113.7/24` is more
 *         likely one address with a mistake than a range
 */
export function readRange(text: string): string {
  const range = parseRange(text.trim())
  if (range === undefined || hasHostBits(range)) {
    throw new AppError('tenancy.ip_range_invalid', { text: text.slice(0, 64) })
  }
  return range.prefix === bitsOf(range.family) ? range.address : `${range.address}/${range.prefix}`
}

/** @param ranges as `readRange` writes them; what is none is refused @throws tenancy.ip_range_invalid */
export function addressSet(ranges: readonly string[]): AddressSet {
  if (ranges.length === 0) return () => false
  const list = new BlockList()
  for (const text of ranges) {
    const range = parseRange(text)
    if (range === undefined) throw new AppError('tenancy.ip_range_invalid', { text })
    list.addSubnet(range.address, range.prefix, range.family)
  }
  return (address) => address !== undefined && list.check(address, familyOf(address))
}

const familyOf = (address: string): Family => (address.includes(':') ? 'ipv6' : 'ipv4')

const bitsOf = (family: Family): number => (family === 'ipv4' ? 32 : 128)

function parseRange(text: string): Range | undefined {
  const [, base = '', digits] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = readAddress(base)
  if (address === undefined || base.includes('%')) return undefined
  const family = familyOf(address)
  const mapped = family === 'ipv4' && base.includes(':')
  const given = digits === undefined ? undefined : Number.parseInt(digits, 10)
  const prefix = (given ?? bitsOf(mapped ? 'ipv6' : family)) - (mapped ? MAPPED_BITS : 0)
  return prefix < 0 || prefix > bitsOf(family) ? undefined : { address, family, prefix }
}

function hasHostBits({ address, family, prefix }: Range): boolean {
  const hostBits = BigInt(bitsOf(family) - prefix)
  const value = addressValue(address)
  return (value >> hostBits) << hostBits !== value
}

/** The address as a number of 32 or 128 bits. @param address canonical */
export function addressValue(address: string): bigint {
  if (familyOf(address) === 'ipv4') return foldBytes(address)
  // The last 32 bits may be written as IPv4 (`64:ff9b::1.2.3.4`).
  const [, head = '', tail] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [undefined, address]
  const text = tail === undefined ? address : `${head}${asTwoGroups(foldBytes(tail))}`
  const [before = '', after] = text.split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === undefined || after === '' ? [] : after.split(':')
  const gap = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...gap, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

const foldBytes = (address: string): bigint =>
  address.split('.').reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

const asTwoGroups = (value: bigint): string =>
  `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
