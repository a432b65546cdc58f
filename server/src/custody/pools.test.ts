import assert from 'node:assert/strict'
import { test } from 'node:test'
import { custodyWorld, type CustodyWorld } from '../../test/custody-world.ts'
import { scriptedChain } from '../../test/scripted-chain.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile } from '../../test/signer.ts'
import { realm } from '../chains/contract-book-chain.ts'
import { AppError, isError } from '../errors/app-error.ts'
import { inDbTx } from '../shell/db.ts'
import { runDueOnce } from '../shell/job-loop.ts'
import { createLog } from '../shell/log.ts'
import { createAddressSource } from './address-source.ts'
import { issueAddresses } from './issue-addresses.action.ts'
import { beginPools, refillPoolJob } from './refill-pool.job.ts'
import { refillPool } from './refill-pool.action.ts'
import type { Signer } from './signer.client.ts'

const { client: signer } = await signerOfFile()

const { chain, native } = networkNamed('Solana')
const wanted = { chain, asset: native }

/** A book with a Solana node of its own, addresses of which only the signer makes. */
function solanaOf(world: CustodyWorld, by: Signer = signer) {
  const { db, clock } = world
  const script = scriptedChain(chain)
  const adapter = {
    ...script.adapter,
    addressOf: (publicKey: Uint8Array) => Buffer.from(publicKey).toString('hex'),
  }
  const found = { realm: realm('test'), adapter, sender: undefined, witnesses: [] }
  const chains = { of: () => found, list: () => [found] }
  const log = createLog('silent')
  const ctx = { db, clock, log, chains, signer: by }
  return { ctx, source: createAddressSource(ctx), pool: poolOf(world) }
}

const poolOf = ({ book }: CustodyWorld) => ({ book_id: book.bookId, family: 'solana' }) as const

const away: Signer = {
  hello: signer.hello,
  xpub: signer.xpub,
  addresses: () =>
    Promise.reject(new AppError('signer.no_answer', { socket: '', problem: 'away' })),
  sign: () => Promise.reject(new Error('nothing is signed here')),
  signed: () => Promise.resolve([]),
}

/**
 * Planted faults: a key left in the pool when it is taken; the signer asked when the pool is empty.
 */
test('addresses of a pool are the signer’s, each given out once, and refused when none is left', async () => {
  await using world = await custodyWorld({ signer })
  const { ctx, source, pool } = solanaOf(world)
  const refused = source.prepare(world.book, [wanted])
  await assert.rejects(refused, (error) => isError(error, 'custody.addresses_exhausted'))
  assert.equal(await runDueOnce(ctx, refillPoolJob(ctx)), 1, 'who asks in vain asks for a refill')

  const asked = Array.from({ length: 30 }, () => source.prepare(world.book, [wanted, wanted]))
  const given = (await Promise.all(asked)).flat()
  assert.equal(new Set(given.map((one) => one.address)).size, 60)
  const made = await signer.addresses('solana', { account: 5, from: 0, count: 60 })
  assert.deepEqual(
    given.map((one) => [one.index, one.path, one.address]).sort(byIndex),
    made.map((one, index) => [index, one.path, Buffer.from(one.publicKey).toString('hex')]),
  )
  const owner = { kind: 'wallet', id: 'wal_1' } as const
  await inDbTx(world, (dbTx) =>
    issueAddresses(world, dbTx, { book: world.book, owner, addresses: given }),
  )
  await refillPool(ctx, pool)
})

const byIndex = (one: readonly unknown[], other: readonly unknown[]): number =>
  Number(one[0]) - Number(other[0])

const held = async ({ db }: CustodyWorld): Promise<number | undefined> =>
  (await db.query<{ count: number }>('select count(*) as count from pooled_key'))[0]?.count

/** Planted fault: a low pool not made due. */
test('a pool that runs low is refilled while nobody waits, also when the signer was away', async () => {
  await using world = await custodyWorld({ signer })
  const { ctx, source, pool } = solanaOf(world)
  await refillPool(ctx, pool).catch(() => undefined)
  await beginPools(ctx)
  await runDueOnce(ctx, refillPoolJob(ctx))
  assert.equal(await held(world), 300)
  const many = Array.from({ length: 205 }, () => wanted)
  await source.prepare(world.book, many)
  assert.equal(await held(world), 95)

  const absent = solanaOf(world, away)
  await runDueOnce(absent.ctx, refillPoolJob(absent.ctx))
  assert.equal((await absent.source.prepare(world.book, [wanted])).length, 1)
  world.clock.advance(60_000)
  await runDueOnce(ctx, refillPoolJob(ctx))
  assert.equal(await held(world), 300)
  const [counter] = await world.db.query<{ next: number }>(
    "select next_index as next from address_counter where family = 'solana'",
  )
  assert.equal(counter?.next, 506, 'a signer that is away uses no index up')
})

/** Planted fault: keys written whatever index the counter gave. */
test('two that refill one pool at once make no key twice', async () => {
  await using world = await custodyWorld({ signer })
  const { ctx, pool } = solanaOf(world)
  await beginPools(ctx)
  await Promise.all([refillPool(ctx, pool), refillPool(ctx, pool), refillPool(ctx, pool)])
  const keys = await world.db.query<{ index: number; path: string }>(
    'select index, path from pooled_key order by index',
  )
  assert.ok(keys.length >= 300)
  for (const { index, path } of keys) assert.equal(path, `m/44'/501'/${index}'/5'`)
})

/** Planted fault: the check left out. */
test('a signer with another seed fills no pool', async () => {
  await using world = await custodyWorld({ signer })
  const { ctx, pool } = solanaOf(world)
  await beginPools(ctx)
  await refillPool(ctx, pool)
  const other: Signer = {
    ...signer,
    hello: () => Promise.resolve({ version: 1, fingerprint: 'ffffffff' }),
  }
  const stranger = solanaOf(world, other)
  await assert.rejects(refillPool(stranger.ctx, pool), (error) =>
    isError(error, 'custody.signer_changed'),
  )
})
