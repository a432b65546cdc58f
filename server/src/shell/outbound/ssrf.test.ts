import assert from 'node:assert/strict'
import http from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { startNameServer, type Records } from '../../../test/name-server.ts'
import { isError } from '../../errors/app-error.ts'
import { systemClock } from '../clock.ts'
import { createOutbound, type Outbound, type OutboundOutcome } from './outbound.client.ts'
import { outboundRules, type OutboundRules } from './outbound-url.ts'
import { createResolver } from './resolve-name.client.ts'

// What somebody may write as the address of his server to make us call a machine of ours. Each is
// first seen to lead to that machine where the rules allow it: what is refused below is an attack
// that works, not a URL that nobody could call.

const live = outboundRules('live')
/** Nothing but public addresses, on plain HTTP too: so that what is refused is the address. */
const publicOnly: OutboundRules = { plainHttp: true, loopback: false }
const allowed: OutboundRules = { plainHttp: true, loopback: true }

/** A machine inside, on a port of every loopback address, which counts whoever reaches it. */
type Inside = AsyncDisposable & Readonly<{ port: number; reached: () => number }>

async function startInside(answer?: http.RequestListener): Promise<Inside> {
  let connections = 0
  const server = http.createServer(answer ?? ((_request, response) => response.end('inside')))
  server.on('connection', () => (connections += 1))
  server.listen(0, '::')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    reached: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

type World = AsyncDisposable &
  Readonly<{ outbound: Outbound; inside: Inside; asked: readonly string[] }>

/** The client with its real resolver, asking a name server that says what the attacker wants. */
async function attackedWorld(records: Records, answer?: http.RequestListener): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const inside = stack.use(await startInside(answer))
  const names = stack.use(await startNameServer(records))
  const resolve = createResolver([names.address])
  const outbound = createOutbound({ clock: systemClock, resolve })
  const moved = stack.move()
  return {
    ...{ outbound, inside, asked: names.asked },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

const nothing: Records = () => []

const send = (outbound: Outbound, url: string, rules: OutboundRules): Promise<OutboundOutcome> =>
  outbound.send({
    ...{ url, rules, method: 'POST', headers: {}, body: 'news' },
    ...{ timeoutMs: 10_000, answerBytesMax: 100 },
  })

const summary = (outcome: OutboundOutcome): string | number =>
  outcome.kind === 'answered' ? outcome.status : outcome.failure

/** Refused when it is saved and when it is called, under the rules of live books and stricter. */
async function assertRefused({ outbound }: World, url: string): Promise<void> {
  for (const rules of [live, publicOnly]) {
    const text = rules === live ? url.replace('http:', 'https:') : url
    const isRefusal = (error: unknown): boolean => isError(error, 'shell.url_refused')
    await assert.rejects(outbound.check(text, rules), isRefusal, `${text} was saved`)
    assert.equal(summary(await send(outbound, text, rules)), 'refused', `${text} was called`)
  }
}

const spellingsOfLoopback: readonly string[] = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.8.9.10', '127.0.0.1.', '2130706433', '2130706433.'],
  ...['0x7f000001', '0x7F.1', '0x7f.0x0.0x0.0x1', '017700000001', '0177.0.0.1', '0177.0.0.01'],
  ...['0177.0x0.0.1', '00000177.1', '127.0x000001', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1'],
  ...['127%2e0%2e0%2e1', '%31%32%37.1', '127.0.0.%EF%BC%91', '[::1]', '[0:0:0:0:0:0:0:1]'],
  ...['[0000::0001]', '[::0.0.0.1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::FFFF:7F00:0001]'],
  ...['[0:0:0:0:0:ffff:127.0.0.1]', '[::ffff:7fab:cdef]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'any.localhost', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'lo\u00adcalhost'],
]

/** Seen to fail (inside is reached) with loopback left out of the table of networks. */
test('this machine is refused in every spelling of its address, each of which reaches it', async () => {
  await using world = await attackedWorld(nothing)
  const { inside, outbound } = world
  for (const host of spellingsOfLoopback) {
    const url = `http://${host}:${inside.port}/`
    assert.equal(summary(await send(outbound, url, allowed)), 200, `${url} does not lead inside`)
    const reached = inside.reached()
    await assertRefused(world, url)
    assert.equal(inside.reached(), reached, `${url} reached a machine inside`)
  }
  assert.deepEqual(world.asked, [], 'no name server was asked')
})

const insideHosts: readonly string[] = [
  // Services that give keys to whoever asks: AWS, GCP, Azure, Alibaba, Oracle, and their IPv6.
  ...['169.254.169.254', '169.254.170.2', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376'],
  ...['[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]', '168.63.129.16'],
  ...['100.100.100.200', '192.0.0.192', '[fd20:ce::254]'],
  // Networks of offices and data centres.
  ...['10.0.0.1', '10.1', '0xa.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '192.168.257'],
  ...['100.64.0.1', '[fc00::1]', '[fd12:3456::1]', '[fec0::1]', '[fe80::1]', '[ff02::1]'],
  // This host, all hosts, and what leads nowhere.
  ...['0', '0.0.0.0', '0.1', '[::]', '255.255.255.255', '224.0.0.1', '240.0.0.1', '198.18.0.1'],
  // IPv4 wrapped in IPv6: compatible, NAT64, its local prefix, 6to4, Teredo, ISATAP.
  ...['[::127.0.0.1]', '[::7f00:1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]'],
  ...['[64:ff9b::a9fe:a9fe]', '[64:ff9b::10.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]'],
  ...['[2002:a00:1::]', '[2002:a9fe:a9fe::1]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
  ...['[2606:4700::5efe:7f00:1]', '[2001:db8::1]', '[100::1]', '[5f00::1]'],
]

/** Seen to fail with tunnels taken for public: nobody refuses, and somebody else's gateway decides. */
test('no network inside is called by its address, in the sandbox neither', async () => {
  await using world = await attackedWorld(nothing)
  for (const host of insideHosts) {
    await assertRefused(world, `http://${host}/latest/meta-data/`)
    const outcome = await send(world.outbound, `http://${host}/`, allowed)
    assert.equal(summary(outcome), 'refused', host)
  }
})

/** Seen to fail with the judgement of resolved addresses left out: inside is reached. */
test('a name that leads inside is refused, whatever else it leads to', async () => {
  const bad = insideHosts.flatMap((host) => {
    const { hostname = '' } = URL.parse(`http://${host}/`) ?? {}
    return hostname.replace(/^\[|\]$/g, '')
  })
  const addresses = ['127.0.0.1', '::1', '::ffff:7f00:1', ...bad]
  const records: Records = (name) => {
    const [kind, index = ''] = name.split('.')[0]?.split('-') ?? []
    const address = addresses[Number(index)] ?? ''
    return kind === 'mixed' ? ['93.184.216.34', '2606:4700:4700::1111', address] : [address]
  }
  await using world = await attackedWorld(records)
  const { outbound, inside } = world
  const [own] = addresses.map((_one, index) => `http://only-${index}.evil.example:${inside.port}/`)
  assert.equal(summary(await send(outbound, own ?? '', allowed)), 200, 'it does not lead inside')
  const reached = inside.reached()
  for (const [index, address] of addresses.entries()) {
    for (const kind of ['only', 'mixed']) {
      const url = `http://${kind}-${index}.evil.example:${inside.port}/`
      await assertRefused(world, url).catch((error: unknown) => {
        throw new Error(`${kind} ${address}`, { cause: error })
      })
    }
  }
  assert.equal(inside.reached(), reached)
})

const disguises = (port: number): readonly string[] => [
  // Whose host is not where a hasty reader sees it.
  ...[`http://shop.example@127.0.0.1:${port}/`, `http://shop.example:80@127.0.0.1:${port}/`],
  ...[
    `http://a:b@127.0.0.1:${port}/`,
    `http://%40@127.0.0.1:${port}/`,
    `http://@127.0.0.1:${port}/`,
  ],
  ...[`http://127.0.0.1:${port}#@shop.example/`, `http://127.0.0.1:${port}?@shop.example/`],
  ...[`http://127.0.0.1:${port}/@shop.example`, `http://shop.example%2f@127.0.0.1:${port}/`],
  ...[`http://127.0.0.1:${port}\\@shop.example/`, `http://shop.example\\@127.0.0.1:${port}/`],
  ...[`http:127.0.0.1:${port}`, `http:/127.0.0.1:${port}`, `http:///127.0.0.1:${port}`],
  ...[`http:\\\\127.0.0.1:${port}`, `\thttp://127.0.0.1:${port}/`, `http://127.0\n.0.1:${port}/`],
  // Zones of interfaces, broken addresses, labels that a resolver would complete by itself.
  ...[`http://[::1%25lo]:${port}/`, `http://[::1%lo]:${port}/`, `http://[fe80::1%25eth0]/`],
  ...[`http://127.0.0.1.1:${port}/`, `http://0x7f.0.0.0.1/`, `http://256.0.0.1/`, `http://[::1/`],
  ...[`http://127.0.0.1%00.shop.example/`, `http://localhost%00/`, `http://intranet/`, 'http://db'],
  // Other ways in than a web server's.
  ...['ftp://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/_PING', 'data:,x'],
  ...['unix:/run/docker.sock', 'http+unix://%2Frun%2Fdocker.sock/', '//127.0.0.1/', '127.0.0.1'],
  ...['http://shop.example:22/', 'http://shop.example:25/', 'http://shop.example:0/'],
  ...['http://shop.example:111/', 'http://shop.example:2049/', 'http://shop.example:6667/'],
]

/** Seen to fail (inside is reached) with credentials allowed and loopback not refused. */
test('no disguise of a URL leads inside', async () => {
  await using world = await attackedWorld(() => ['127.0.0.1'])
  for (const url of disguises(world.inside.port)) await assertRefused(world, url)
  assert.equal(world.inside.reached(), 0)
})

/** Seen to fail (inside is reached) with the judgement made at save only. */
test('a name that is public when it is saved and inside when it is called is refused', async () => {
  let answers = ['93.184.216.34']
  await using world = await attackedWorld(() => answers)
  const url = `https://rebound.evil.example:${world.inside.port}/`
  await world.outbound.check(url, live)
  answers = ['127.0.0.1']
  assert.equal(summary(await send(world.outbound, url, live)), 'refused')
  assert.equal(world.inside.reached(), 0)
  assert.deepEqual(world.asked.toSorted(), [
    ...['rebound.evil.example A', 'rebound.evil.example A'],
    ...['rebound.evil.example AAAA', 'rebound.evil.example AAAA'],
  ])
})

/**
 * The name's first answer stands for a public server, every later one for a machine inside. Seen to
 * fail (nobody is there) with a connection that resolves the name by itself after the judgement.
 */
test('a connection goes to the address that was judged, though the name means another by then', async () => {
  let questions = 0
  await using world = await attackedWorld(
    () => [`127.0.0.${(questions += 1) <= 2 ? 2 : 1}`],
    ({ socket }, response) => response.end(socket.localAddress),
  )
  const url = `http://rebound.evil.example:${world.inside.port}/`
  for (const round of ['connected', 'kept']) {
    const outcome = await send(world.outbound, url, allowed)
    assert.equal(outcome.kind === 'answered' && outcome.head, '::ffff:127.0.0.2', round)
    assert.equal(world.asked.length, 2, 'an IPv4 and an IPv6 question, once')
    // A turn of the event loop later the connection can be used again.
    await setImmediate()
    await setImmediate()
  }
})

/** Seen to fail (inside is reached) with a client that follows redirects. */
test('no answer sends us on', async () => {
  await using inside = await startInside()
  const target = `http://127.0.0.1:${inside.port}/`
  let status = 200
  await using world = await attackedWorld(nothing, (_request, response) => {
    const elsewhere = { location: target, refresh: `0;url=${target}`, 'alt-svc': `h2=":${target}"` }
    response.writeHead(status, { ...elsewhere, link: `<${target}>; rel=preload` }).end()
  })
  const url = `http://127.0.0.1:${world.inside.port}/`
  for (status of [201, 300, 301, 302, 303, 305, 307, 308, 401]) {
    assert.equal(summary(await send(world.outbound, url, allowed)), status)
  }
  assert.equal(inside.reached(), 0)
})
