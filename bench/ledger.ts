import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBatchWriter } from '../server/src/ledger/batch-writer.ts'
import { account } from '../server/src/ledger/chart.ts'
import { createLedger, type Ledger } from '../server/src/ledger/ledger.ts'
import type { Item } from '../server/src/ledger/decide.ts'
import { prepareEntry } from '../server/src/ledger/prepared-entry.ts'
import type { PostResult } from '../server/src/ledger/result.ts'
import type { AccountSpec, Entry, EntryId } from '../server/src/ledger/transfer.ts'
import { units, type AssetId } from '../server/src/money/units.ts'
import type { BookId } from '../server/src/shell/book.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { openDb, type Db } from '../server/src/shell/db.ts'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { createIds } from '../server/src/shell/ids.ts'
import { migrate } from '../server/src/shell/migrate.ts'
import { compare, rateOf, table, type Rate } from './measure.ts'
import { createPlainTables, insertPlainly } from './plain-insert.ts'

/** How long to measure: runs of each side in turn, and the length of one. */
export type BenchExtent = Readonly<{ runs: number; durationMs: number }>

const BOOK = 'book_01KABCDEFGHJKMNPQRSTVWXYZ0' as BookId
const ASSET = 'eip155:56/erc20:0x55d398326f99059fF775485246999027B3197955' as AssetId
const ACCOUNTS = 10_000
const CALLERS = [1, 8, 64, 512]

type Scene = Readonly<{
  name: string
  sides: () => readonly [AccountSpec, AccountSpec]
}>

const wallet = (index: number): AccountSpec =>
  account('mirror', ASSET, `conn_01KABCDEFGHJKMNPQRSTV${String(index).padStart(5, '0')}`)

const wallets = Array.from({ length: ACCOUNTS }, (_, index) => wallet(index))
const anyWallet = (): AccountSpec => wallets[Math.floor(Math.random() * ACCOUNTS)] ?? wallet(0)
const HOT = wallet(99_999)

const scenes: readonly Scene[] = [
  { name: 'random accounts', sides: twoWallets },
  { name: 'one hot account', sides: () => [HOT, anyWallet()] },
]

function twoWallets(): readonly [AccountSpec, AccountSpec] {
  const one = anyWallet()
  const other = anyWallet()
  return one === other ? twoWallets() : [one, other]
}

let written = 0

function entryOf(scene: Scene): Entry {
  const [debit, credit] = scene.sides()
  written += 1
  return {
    operation: 'walletTransfer',
    externalId: `transfer:${written.toString().padStart(12, '0')}`,
    facts: { object: `trf_${written}`, reason: 'bench' },
    transfers: [{ debit, credit, asset: ASSET, units: units(1_000_000_000_000_000_000n) }],
  }
}

/** Our ledger against a plain insert of the same rows, on one PostgreSQL with fsync. */
export async function benchLedger(extent: BenchExtent): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  const rows: string[][] = []
  {
    await using server = await startEmbeddedPostgres({ directory: join(directory, 'postgres') })
    await using db = openDb(server.url)
    await migrate({ db })
    await createPlainTables(db)
    await using ledger = createLedger({ db, clock: systemClock, ids: createIds(systemClock) })
    await openEveryAccount(ledger)
    for (const scene of scenes) {
      for (const callers of CALLERS) {
        const load = { callers, durationMs: extent.durationMs }
        const { one, other, ratio } = await compare(
          () => ledgerRate(ledger, scene, load),
          () => plainRate(db, scene, load),
          extent.runs,
        )
        rows.push([
          scene.name,
          String(callers),
          ...figures(one),
          ...figures(other),
          ratio.toFixed(2),
        ])
        console.error(rows.at(-1)?.join('  '))
      }
    }
  }
  await rm(directory, { recursive: true, force: true })
  const head = [
    'accounts',
    'callers',
    'ledger/s',
    'p50 ms',
    'p99 ms',
    'plain/s',
    'p50 ms',
    'p99 ms',
    'ratio',
  ]
  return table(head, rows)
}

const figures = (rate: Rate): string[] => [
  rate.perSecond.toFixed(0),
  rate.p50Ms.toFixed(2),
  rate.p99Ms.toFixed(2),
]

type Load = Readonly<{ callers: number; durationMs: number }>

/** So that what is measured is posting, not opening. */
async function openEveryAccount(ledger: Ledger): Promise<void> {
  const others = [HOT, ...wallets.slice(0, -1)]
  const opening = wallets.map((one, index) =>
    ledger.post(BOOK, entryOf({ name: 'opening', sides: () => [one, others[index] ?? HOT] })),
  )
  for (const result of await Promise.all(opening)) expectPosted(result)
}

const ledgerRate = (ledger: Ledger, scene: Scene, load: Load): Promise<Rate> =>
  rateOf(async () => expectPosted(await ledger.post(BOOK, entryOf(scene))), load)

async function plainRate(db: Db, scene: Scene, load: Load): Promise<Rate> {
  const ids = createIds(systemClock)
  await using writer = createBatchWriter((items) => insertPlainly(db, items, systemClock.now()))
  return await rateOf(async () => {
    const prepared = prepareEntry(BOOK, entryOf(scene))
    if ('kind' in prepared) throw new Error(prepared.kind)
    const item: Item = { prepared, entryId: ids.next('entry') as EntryId }
    expectPosted(await writer.write(item))
  }, load)
}

function expectPosted(result: PostResult): void {
  if (result.kind !== 'posted') throw new Error(`not posted: ${result.kind}`)
}
