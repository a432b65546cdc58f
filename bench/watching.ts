import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { realm } from '../server/src/chains/contract-book-chain.ts'
import type { BlockRef, ChainAdapter, ChainTransfer } from '../server/src/chains/contract.ts'
import { followChain, type Followed } from '../server/src/custody/follow-chain.action.ts'
import { insertWatch, readWatch } from '../server/src/custody/watch.store.ts'
import { watchOver } from '../server/src/custody/watched.ts'
import { units, type AssetId, type ChainId } from '../server/src/money/units.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { inDbTx, openDb, type Db } from '../server/src/shell/db.ts'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { createIds } from '../server/src/shell/ids.ts'
import { migrate } from '../server/src/shell/migrate.ts'
import { median, table } from './measure.ts'

const CHAIN = 'eip155:56' as ChainId
const COIN = 'eip155:56/slip44:714' as AssetId
const TRANSFERS = 5_000
/** One transfer in a hundred pays us: a busy day. */
const OURS = 50

/** The address of one of our keys, as SQL and as JavaScript have it. */
const ADDRESS_SQL = "'0x' || substr(encode(sha256(n::text::bytea), 'hex'), 1, 40)"

/**
 * What a full block costs with so many watched addresses: the one question whose they are, and
 * writing down what is ours. The blocks are given; nothing is asked of a node.
 *
 * @param sizes numbers of addresses, the smallest first: the ratios are against it
 */
export async function benchWatching(
  options: Readonly<{ runs: number; sizes: readonly number[] }>,
): Promise<string> {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const server = stack.use(await startEmbeddedPostgres({ directory: join(directory, 'pg') }))
  const worlds: World[] = []
  for (const size of options.sizes) {
    const db = stack.use(await openWorld(server.url, size))
    worlds.push(await worldOf(db, size))
  }
  const times = worlds.map((): number[] => [])
  // One block of each in turn, so that what else the machine does hits all of them.
  for (let run = -WARM_UP; run < options.runs; run += 1) {
    for (const [place, world] of worlds.entries()) {
      const ms = await followBlock(world)
      if (run >= 0) times[place]?.push(ms)
    }
  }
  const [smallest] = times.map(median)
  const rows = await Promise.all(
    worlds.map(async ({ db, size }, place) => {
      const ms = median(times[place] ?? [])
      const ratio = (ms / (smallest ?? ms)).toFixed(2)
      return [size.toLocaleString('en'), ms.toFixed(1), ratio, '0', await indexBytes(db, size)]
    }),
  )
  const head = ['addresses', 'ms a block', 'ratio', 'bytes each in process', 'bytes each in index']
  return table(head, rows)
}

const WARM_UP = 5

type World = Readonly<{ db: Db; size: number; chain: Followed; blocks: BlockRef[]; next: Next }>
type Next = { transfers: readonly Omit<ChainTransfer, 'block'>[] }

async function openWorld(url: string, size: number): Promise<Db> {
  const name = `watching_${size}`
  {
    await using admin = openDb(url)
    await admin.script(`create database ${name}`)
  }
  const own = new URL(url)
  own.pathname = `/${name}`
  const db = openDb(own.href, { connectionsMax: 2 })
  await migrate({ db })
  console.error(`making ${size.toLocaleString('en')} addresses`)
  await writeAddresses(db, size)
  return db
}

async function writeAddresses(db: Db, size: number): Promise<void> {
  await db.script(`
    insert into organization values ('org_bench', 'Bench', to_timestamp(0));
    insert into book (book_id, org_id, environment, derivation_account, created_at)
      values ('book_bench', 'org_bench', 'live', 1, to_timestamp(0));
    alter table deposit_address drop constraint deposit_address_once;
    drop index deposit_address_owner;
    drop index deposit_address_hash;
    insert into deposit_address (book_id, family, index, path, address, chain, asset, owner_kind,
        owner_id, expected_on, issued_at)
      select 'book_bench', 'eip155', n, 'm/44''/60''/1''/0/' || n, ${ADDRESS_SQL}, '${CHAIN}',
        '${COIN}', 'wallet', 'wal_' || lpad(n::text, 26, '0'), '{}', to_timestamp(0)
      from generate_series(0, ${size - 1}) as n;
    alter table deposit_address
      add constraint deposit_address_once unique (family, address);
    create index deposit_address_hash on deposit_address (hashtextextended(address, 0));
    create index deposit_address_owner on deposit_address (book_id, owner_kind, owner_id);
    analyze deposit_address`)
}

async function worldOf(db: Db, size: number): Promise<World> {
  const genesis = { height: 1, hash: 'block 1' }
  const blocks = [genesis]
  const next: Next = { transfers: [] }
  const of = { realm: realm('live'), chain: CHAIN, family: 'eip155' } as const
  const watch = watchOver({ db, clock: systemClock }, of)
  const tips = { latestHeight: 1, safeHeight: 0, finalHeight: 0 }
  await inDbTx({ db }, (dbTx) =>
    insertWatch(dbTx, of, { cursor: genesis, tips, now: systemClock.now() }),
  )
  return { db, size, chain: { ...of, adapter: adapterOf(blocks, next), watch }, blocks, next }
}

function adapterOf(blocks: readonly BlockRef[], next: Next): ChainAdapter {
  const never = (): never => {
    throw new Error('this is not asked of a node here')
  }
  return {
    chain: CHAIN,
    pollMs: 1_000,
    tips: () => {
      const latest = blocks.at(-1) ?? { height: 0, hash: '' }
      return Promise.resolve({ latest, safeHeight: 0, finalHeight: 0 })
    },
    scan: async (from, watch) => {
      const block = blocks[from.height]
      if (block === undefined) return { kind: 'blocks', blocks: [], transfers: [] }
      const ours = await watch.ours(next.transfers.map((one) => one.to))
      const transfers = next.transfers.filter((one) => ours.has(one.to))
      return {
        kind: 'blocks',
        blocks: [block],
        transfers: transfers.map((one) => ({ ...one, block })),
      }
    },
    blockAt: never,
    pending: never,
    balanceOf: never,
    checkAddress: never,
    addressOf: never,
  }
}

/** Follows one more full block. @returns ms */
async function followBlock({ db, size, chain, blocks, next }: World): Promise<number> {
  const height = blocks.length + 1
  blocks.push({ height, hash: `block ${height}` })
  const ours = await db.query<{ address: string }>(
    `select address from deposit_address where book_id = 'book_bench' and family = 'eip155'
       and index = any($1::bigint[])`,
    [Array.from({ length: OURS }, () => Math.floor(Math.random() * size))],
  )
  const strangers = Array.from(
    { length: TRANSFERS - ours.length },
    () => `0x${randomBytes(20).toString('hex')}`,
  )
  next.transfers = [...ours.map((one) => one.address), ...strangers].map((to, place) => ({
    txHash: `0x${height}-${place}`,
    index: 'value',
    from: undefined,
    to,
    asset: COIN,
    units: units(1n),
  }))
  const watch = await readWatch(db, chain)
  if (watch === undefined) throw new Error('the chain is watched')
  const ctx = { db, clock: systemClock, ids: createIds(systemClock) }
  const start = performance.now()
  const step = await followChain(ctx, chain, watch)
  const ms = performance.now() - start
  if (step.kind !== 'at tip') throw new Error(`the step came to ${step.kind}`)
  const [found] = await db.query<{ count: number }>(
    'select count(*) as count from deposit where block_height = $1',
    [height],
  )
  if (found?.count !== ours.length) throw new Error(`${found?.count} of ${ours.length} were found`)
  return ms
}

/** What the index that answers takes for each address. */
async function indexBytes(db: Db, size: number): Promise<string> {
  const [row] = await db.query<{ bytes: number }>(
    "select pg_relation_size('deposit_address_hash') as bytes",
  )
  return ((row?.bytes ?? 0) / size).toFixed(0)
}
