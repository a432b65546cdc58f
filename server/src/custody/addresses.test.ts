import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { custodyWorld, watchedKeys } from '../../test/custody-world.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile, startSigner, testDataDirectory } from '../../test/signer.ts'
import { realm } from '../chains/contract-book-chain.ts'
import { isError } from '../errors/app-error.ts'
import { assetsOn } from '../money/registry.ts'
import { createLog } from '../shell/log.ts'
import { createAddressSource } from './address-source.ts'
import { readAddresses } from './address.store.ts'
import { childPublicKey, receivingKey } from './derivation.ts'
import { checkSigner, ensureXpubs } from './ensure-xpubs.action.ts'
import { keyFamilies, signerClient } from './signer.client.ts'
import { watchOver } from './watched.ts'

const { socket, client } = await signerOfFile()

const owner = { kind: 'wallet', id: 'wal_1' } as const
const everyAsset = ['Bitcoin', 'BNB Chain', 'Tron', 'Solana', 'Stacks', 'Polkadot'].flatMap(
  (network) => assetsOn(networkNamed(network).chain).map((one) => one.id),
)

test('every asset gets an address of its own, which follows from the path written beside it', async () => {
  await using world = await custodyWorld({ signer: client })
  const issued = await world.issue(owner, everyAsset)
  assert.deepEqual(
    issued.map((one) => one.asset),
    everyAsset,
  )
  assert.equal(new Set(issued.map((one) => one.address)).size, everyAsset.length)
  const xpubs = await ensureXpubs({ db: world.db, clock: world.clock, signer: client }, world.book)
  assert.deepEqual(xpubs.map((one) => one.family).sort(), [...keyFamilies].sort())
  for (const one of issued) {
    const account = one.path.slice(0, one.path.lastIndexOf('/0/'))
    const xpub = xpubs.find((known) => known.path === account)?.xpub ?? ''
    const adapter = world.chains.of(world.book, one.chain)?.adapter
    const publicKey = childPublicKey(receivingKey(xpub), one.index)
    assert.ok(adapter !== undefined)
    assert.equal(one.address, adapter.addressOf(publicKey))
    assert.equal(one.path, `${account}/0/${one.index}`)
    assert.equal(adapter.checkAddress(one.address).kind, 'valid')
  }
  const kept = await readAddresses(world.db, { bookId: world.book.bookId, owner })
  assert.deepEqual(
    new Set(kept.map((one) => one.address)),
    new Set(issued.map((one) => one.address)),
  )
})

/** Planted faults: `takeIndexes` without adding; the index read before it is raised. */
test('many processes at once never hand out one address twice', async () => {
  await using world = await custodyWorld({ signer: client })
  const script = new URL('../../test/issue-addresses-process.ts', import.meta.url).pathname
  const children = ['a', 'b', 'c', 'd'].map((name) =>
    spawn(process.execPath, [script, world.url, socket, name, '8'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
  assert.deepEqual(codes, [0, 0, 0, 0])
  const rows = await world.db.query<{ family: string; index: number; address: string }>(
    'select family, index, address from deposit_address',
  )
  const assets = ['BNB Chain', 'Polygon', 'Bitcoin', 'Solana'].flatMap((network) =>
    assetsOn(networkNamed(network).chain),
  )
  assert.equal(rows.length, 4 * 8 * 2 * assets.length)
  assert.equal(new Set(rows.map((one) => one.address)).size, rows.length)
  assert.equal(new Set(rows.map((one) => `${one.family} ${one.index}`)).size, rows.length)
})

test('once a book has its keys, addresses are made while the signer is away', async () => {
  await using world = await custodyWorld({ signer: client })
  const [asset] = everyAsset
  assert.ok(asset !== undefined)
  await world.issue(owner, [asset])
  const { db, clock, chains, book } = world
  const away = signerClient('/nowhere/signer.sock')
  const source = createAddressSource({ db, clock, chains, signer: away, log: createLog('silent') })
  const chain = networkNamed('Bitcoin').chain
  assert.equal((await source.prepare(book, [{ chain, asset }])).length, 1)
})

test('a signer that is away is told as such when it is needed', async () => {
  await using world = await custodyWorld({ signer: signerClient('/nowhere/signer.sock') })
  await assert.rejects(world.issue(owner, everyAsset), (error) =>
    isError(error, 'signer.no_answer'),
  )
})

/** Planted fault: fingerprints are not compared. */
test('a signer with another seed is refused before an address is handed out under it', async () => {
  await using world = await custodyWorld({ signer: client })
  await world.issue(owner, everyAsset)
  await using otherData = await testDataDirectory()
  await using other = await startSigner(otherData.path)
  const ctx = { db: world.db, clock: world.clock, signer: signerClient(other.socket) }
  const isChanged = (error: unknown): boolean => isError(error, 'custody.signer_changed')
  await assert.rejects(checkSigner(ctx), isChanged)
  await world.db.query("delete from xpub where family = 'tron'")
  await assert.rejects(ensureXpubs(ctx, world.book), isChanged)
  assert.equal(await checkSigner({ ...ctx, signer: client }), undefined)
})

test('every chain of a family is watched as soon as an address of it is handed out', async () => {
  await using world = await custodyWorld({ signer: client })
  const [asset] = assetsOn(networkNamed('BNB Chain').chain)
  assert.ok(asset !== undefined)
  await world.issue(owner, [asset.id])
  const watched = (await watchedKeys(world.db)).map((one) => one.chain).sort()
  const family = world.chains.list(world.book).map((one) => one.adapter.chain)
  assert.deepEqual(watched, family.filter((chain) => chain.startsWith('eip155:')).sort())
  assert.ok(watched.length >= 5)
})

/** Planted fault: the failing chain ignored whether it is wanted or not. */
test('no address is handed out on a chain that nobody can look at', async () => {
  await using world = await custodyWorld({ signer: client })
  const wish = (network: string) => {
    const [asset] = assetsOn(networkNamed(network).chain)
    assert.ok(asset !== undefined)
    return asset.id
  }
  await world.node('Polygon').behave({ halt: true })
  assert.equal((await world.issue(owner, [wish('BNB Chain')])).length, 1)
  await assert.rejects(world.issue(owner, [wish('Polygon')]), (error) =>
    isError(error, 'chain.unreachable'),
  )
  await world.node('Polygon').behave({ halt: false })
  assert.equal((await world.issue(owner, [wish('Polygon')])).length, 1)
})

test('a real chain whose keys cannot be derived here gives out what the signer made ahead, or nothing', async () => {
  await using world = await custodyWorld({ signer: client })
  const { chain } = networkNamed('Solana')
  const [asset] = assetsOn(chain)
  const found = world.chains.of(world.book, chain)
  assert.ok(found !== undefined && asset !== undefined)
  const real = { ...found, realm: realm('live') }
  const chains = { of: () => real, list: () => [real] }
  const { db, clock, book } = world
  const source = createAddressSource({
    db,
    clock,
    chains,
    signer: client,
    log: createLog('silent'),
  })
  await assert.rejects(source.prepare(book, [{ chain, asset: asset.id }]), (error) =>
    isError(error, 'custody.addresses_exhausted'),
  )
})

/** Planted faults: tokens expected as well; the realm not compared. */
test('coins are expected for a day where coins were asked for, and only in their own realm', async () => {
  await using world = await custodyWorld({ signer: client })
  const [coin, token] = assetsOn(networkNamed('BNB Chain').chain)
  assert.ok(coin !== undefined && token !== undefined)
  const [address] = await world.issue(owner, [coin.id, token.id])
  const { db, clock } = world
  const expecting = (name: string): Promise<readonly string[]> =>
    watchOver(world, { realm: realm(name), chain: coin.chain, family: 'eip155' }).expecting()
  assert.deepEqual(await expecting(world.book.bookId), [address?.address])
  assert.deepEqual(await expecting('test'), [address?.address])
  assert.deepEqual(await expecting('live'), [])
  const elsewhere = { realm: realm('test'), chain: networkNamed('Polygon').chain } as const
  const onPolygon = watchOver({ db, clock }, { ...elsewhere, family: 'eip155' })
  assert.deepEqual(await onPolygon.expecting(), [])
  world.clock.advance(24 * 60 * 60 * 1_000)
  assert.deepEqual(await expecting(world.book.bookId), [])
})
