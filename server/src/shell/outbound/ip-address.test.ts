import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { kindOfAddress, type AddressKind } from './ip-address.ts'

const table: readonly (readonly [string, AddressKind | undefined])[] = [
  ['8.8.8.8', 'public'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'private'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'shared'],
  ['100.100.100.200', 'shared'],
  ['100.128.0.0', 'public'],
  ['126.255.255.255', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['168.63.129.16', 'metadata'],
  ['168.63.129.17', 'public'],
  ['169.254.169.254', 'link_local'],
  ['172.15.255.255', 'public'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'reserved'],
  ['192.88.99.1', 'tunnel'],
  ['192.168.1.1', 'private'],
  ['198.17.255.255', 'public'],
  ['198.18.0.0', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['198.20.0.0', 'public'],
  ['198.51.100.7', 'reserved'],
  ['203.0.113.9', 'reserved'],
  ['223.255.255.255', 'public'],
  ['224.0.0.251', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::2', 'reserved'],
  ['::7f00:1', 'reserved'],
  ['::127.0.0.1', 'reserved'],
  ['::ffff:8.8.8.8', 'public'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::FFFF:7F00:1', 'loopback'],
  ['::ffff:a00:1', 'private'],
  ['64:ff9b::808:808', 'public'],
  ['64:ff9b::127.0.0.1', 'tunnel'],
  ['64:ff9b::169.254.169.254', 'tunnel'],
  ['64:ff9b:1::808:808', 'tunnel'],
  ['100::1', 'reserved'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'tunnel'],
  ['2001:20::1', 'reserved'],
  ['2001:db8::1', 'reserved'],
  ['2001:4860:4860::8888', 'public'],
  ['2002:7f00:1::', 'tunnel'],
  ['2002:808:808::1', 'tunnel'],
  ['2606:4700::5efe:7f00:1', 'tunnel'],
  ['2606:4700::200:5efe:a00:1', 'tunnel'],
  ['2606:4700:4700::1111', 'public'],
  ['3fff:fff::1', 'reserved'],
  ['3fff:1000::1', 'public'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fc00::1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['fe80::1', 'link_local'],
  ['fec0::1', 'private'],
  ['ff02::1', 'multicast'],
  ['fe80::1%eth0', undefined],
  ['[::1]', undefined],
  ['127.1', undefined],
  ['0127.0.0.1', undefined],
  ['0x7f.0.0.1', undefined],
  ['2130706433', undefined],
  ['1.2.3.256', undefined],
  ['1:2:3:4:5:6:7', undefined],
  ['1:2:3:4:5:6:7::8', undefined],
  ['1::2::3', undefined],
  ['1.2.3.4::', undefined],
  ['', undefined],
  ['example.com', undefined],
]

test('every special network is told from the public one, at both of its ends', () => {
  assert.deepEqual(
    table.map(([text]) => [text, kindOfAddress(text)]),
    table,
  )
})

/** IPv4 that the world routes, said a second time: octet by octet, as an administrator would. */
function isPublicV4(a: number, b: number, c: number, d: number): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100 && b >= 64 && b < 128) return false
  if (a === 168 && b === 63 && c === 129 && d === 16) return false
  if (a === 169 && b === 254) return false
  if (a === 172 && b >= 16 && b < 32) return false
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) {
    return false
  }
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false
  return !(a === 203 && b === 0 && c === 113)
}

const edges = fc.constantFrom(
  ...[
    0, 1, 2, 9, 10, 16, 18, 19, 31, 51, 63, 64, 88, 99, 100, 113, 127, 128, 129, 168, 169, 172, 192,
    198, 203, 223, 224, 254, 255,
  ],
)
const octet = fc.oneof(edges, fc.integer({ min: 0, max: 255 }))

/** Seen to fail with 100.64.0.0/10 written as /11, and with 198.18.0.0/15 as /16. */
test('an IPv4 address is public exactly when an octet-wise definition says so', () => {
  fc.assert(
    fc.property(octet, octet, octet, octet, (a, b, c, d) => {
      assert.equal(kindOfAddress(`${a}.${b}.${c}.${d}`) === 'public', isPublicV4(a, b, c, d))
    }),
    { numRuns: 5_000 },
  )
})

const handedOut = new BlockList()
handedOut.addSubnet('2000::', 3, 'ipv6')
const special = new BlockList()
for (const [network, length] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, length, 'ipv6')
}

const word = fc.oneof(
  fc.constantFrom(0, 1, 2, 0xdb8, 0x2001, 0x2002, 0x3fff, 0x64, 0xff9b, 0xfe80, 0xfc00, 0xff02),
  fc.integer({ min: 0, max: 0xffff }),
)
const words = fc.array(word, { minLength: 8, maxLength: 8 })
const spell = (groups: readonly number[]): string =>
  groups.map((group) => group.toString(16)).join(':')

/** Seen to fail with 2001::/23 left out, and with 3fff::/20 written as /16. */
test('an IPv6 address is public exactly when the handed-out space holds it and no special one', () => {
  fc.assert(
    fc.property(words, (groups) => {
      const embeds = groups.slice(0, 6).join() === '0,0,0,0,0,65535'
      const nat64 = groups.slice(0, 6).join() === '100,65435,0,0,0,0'
      const isatap = [0, 0x200].includes(groups[4] ?? 0) && groups[5] === 0x5efe
      fc.pre(!embeds && !nat64 && !isatap)
      const text = spell(groups)
      const expected = handedOut.check(text, 'ipv6') && !special.check(text, 'ipv6')
      assert.equal(kindOfAddress(text) === 'public', expected)
    }),
    { numRuns: 5_000 },
  )
})

test('an IPv4 address inside an IPv6 one is never judged more kindly than by itself', () => {
  const prefixes = ['::ffff:', '64:ff9b::', '::', '2002:', '2001::', 'fe80::', '2606:4700::5efe:']
  fc.assert(
    fc.property(fc.constantFrom(...prefixes), octet, octet, octet, octet, (prefix, a, b, c, d) => {
      const hex = spell([a * 256 + b, c * 256 + d])
      const inside = kindOfAddress(prefix === '2002:' ? `2002:${hex}::` : `${prefix}${hex}`)
      assert.ok(inside !== 'public' || isPublicV4(a, b, c, d), `${prefix}${hex} is ${inside}`)
    }),
    { numRuns: 2_000 },
  )
})

test('every spelling of an IPv6 address is judged alike', () => {
  fc.assert(
    fc.property(words, (groups) => {
      const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1)
      const [g6 = 0, g7 = 0] = groups.slice(6)
      const quad = [g6 >> 8, g6 & 255, g7 >> 8, g7 & 255].join('.')
      const mixed = `${spell(groups.slice(0, 6))}:${quad}`
      const kinds = [long, long.toUpperCase(), short, mixed].map(kindOfAddress)
      assert.deepEqual(new Set(kinds).size, 1, `${long}: ${kinds.join()}`)
      assert.notEqual(kinds[0], undefined)
    }),
    { numRuns: 2_000 },
  )
})
