import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkUrl, outboundRules } from './outbound-url.ts'

const live = outboundRules('live')
const sandbox = outboundRules('test')

const verdict = (text: string, rules = live): string => {
  const checked = checkUrl(text, rules)
  return checked.kind === 'refused' ? checked.reason : checked.url.origin + checked.url.target
}

const NOT_PUBLIC = 'its host is not a public address'

test('a URL of a public server is taken as its owner wrote it', () => {
  assert.equal(verdict('https://shop.example/hook?a=1'), 'https://shop.example/hook?a=1')
  assert.equal(verdict('https://SHOP.example.'), 'https://shop.example./')
  assert.equal(verdict('https://bücher.example/ü'), 'https://xn--bcher-kva.example/%C3%BC')
  assert.equal(verdict('https://8.8.8.8:8443/x'), 'https://8.8.8.8:8443/x')
  assert.equal(verdict('https://[2606:4700:4700::1111]/'), 'https://[2606:4700:4700::1111]/')
  const dotted = checkUrl('https://shop.example./', live)
  assert.equal(dotted.kind === 'allowed' && dotted.url.host, 'shop.example')
})

const loopbackSpellings = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://①②⑦.⓪.⓪.①/',
  'https://１２７.0.0.1/',
  'https://127%2e0.0.1/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://deep.localhost/',
]

const insideSpellings = [
  'https://10.0.0.1/',
  'https://192.168.0.1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xA9FEA9FE/',
  'https://[::]/',
  'https://[::127.0.0.1]/',
  'https://[fd00:ec2::254]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'https://255.255.255.255/',
  'https://224.0.0.1/',
]

test('an address that leads inside is refused in every spelling, in the sandbox too', () => {
  for (const text of [...loopbackSpellings, ...insideSpellings]) {
    assert.equal(verdict(text), NOT_PUBLIC, text)
  }
  for (const text of insideSpellings) assert.equal(verdict(text, sandbox), NOT_PUBLIC, text)
})

test('the sandbox may call this very machine, and without TLS', () => {
  for (const text of loopbackSpellings) {
    assert.equal(checkUrl(text, sandbox).kind, 'allowed', text)
  }
  assert.equal(verdict('http://127.0.0.1:8080/hook', sandbox), 'http://127.0.0.1:8080/hook')
  assert.equal(verdict('http://shop.example/hook'), 'it does not begin with https://')
})

test('what is no plain web address is refused with its reason', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'it is not a URL'],
    ['shop.example/hook', 'it is not a URL'],
    ['https://', 'it is not a URL'],
    ['https://shop.example/a b', 'it is not a URL'],
    ['https://shop.example\\@inside.example/', 'it is not a URL'],
    ['ht\ntps://shop.example/', 'it is not a URL'],
    ['https://999.1.1.1/', 'it is not a URL'],
    [`https://shop.example/${'a'.repeat(2_048)}`, 'it is longer than 2048 characters'],
    ['ftp://shop.example/', 'it does not begin with https:// or http://'],
    ['file:///etc/passwd', 'it is not a URL'],
    ['gopher://shop.example/', 'it does not begin with https:// or http://'],
    ['javascript:alert(1)', 'it is not a URL'],
    ['https://me:pass@shop.example/', 'it carries a user name or a password'],
    ['https://me@shop.example/', 'it carries a user name or a password'],
    ['https://shop.example:22/', 'its port is not one of web servers'],
    ['https://shop.example:25/', 'its port is not one of web servers'],
    ['https://shop.example:6667/', 'its port is not one of web servers'],
    ['https://shop.example:0/', 'its port is not one of web servers'],
    ['https://intranet/', 'its host is not a full domain name'],
    ['https://shop..example/', 'its host is not a full domain name'],
    ['https://-shop.example/', 'its host is not a full domain name'],
  ]
  assert.deepEqual(
    cases.map(([text]) => [text, verdict(text, sandbox)]),
    cases,
  )
})

const anyUrl = fc
  .record({
    scheme: fc.constantFrom('https', 'http', 'HTTPS', 'ftp', 'wss'),
    user: fc.constantFrom('', '', '', 'me@', 'me:pass@', ':pass@', '@'),
    host: fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((one) => `[${one}]`),
    ),
    port: fc.oneof(
      fc.constant(''),
      fc.nat(70_000).map((one) => `:${one}`),
    ),
    path: fc.webPath(),
  })
  .map(({ scheme, user, host, port, path }) => `${scheme}://${user}${host}${port}${path}`)

/** Seen to fail with ports above 1 allowed, and with `password` not looked at. */
test('whatever is allowed has a web port, no credentials, and a scheme that the rules have', () => {
  let allowed = 0
  fc.assert(
    fc.property(anyUrl, fc.boolean(), (text, plainHttp) => {
      const checked = checkUrl(text, { plainHttp, loopback: false })
      if (checked.kind === 'refused') return
      allowed += 1
      const { url } = checked
      assert.ok(url.secure || plainHttp)
      assert.ok(url.port === 80 || url.port === 443 || url.port > 1_023)
      assert.ok(!/\w@|:pass/.test(text.slice(0, text.indexOf('/', 8) + 1 || undefined)))
      assert.ok(url.target.startsWith(url.path))
    }),
    { numRuns: 1_000 },
  )
  assert.ok(allowed > 50, `only ${allowed} were allowed: the property says little`)
})
