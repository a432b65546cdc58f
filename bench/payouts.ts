import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdRef, payoutReserved } from '../server/src/ledger/payout-operations.ts'
import { requirePosted } from '../server/src/ledger/result.ts'
import { resolveAsset } from '../server/src/money/alias.ts'
import { units } from '../server/src/money/units.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { openDb } from '../server/src/shell/db.ts'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { migrate } from '../server/src/shell/migrate.ts'
import { compare, rateOf, table, type Rate } from './measure.ts'
import { openPayoutOffice, type PayoutOffice, type Route } from './payout-office.ts'

const CALLERS = [1, 8, 64]
const CREATED: Route = {
  ...{ currency: 'USDT', network: 'BSC' },
  destination: '0x52908400098527886E0F7030069857D2E4169EE7',
}
const TOGETHER: Route = {
  ...{ currency: 'BTC', network: 'Bitcoin' },
  destination: 'tb1qlsnye7xuurnzfv7n7rxwnlwa3t2u7al5pl9tsy',
}
const LOOK_MS = 20
const MINE_MS = 100

/** Payouts of one organization, made and brought to their end, against bare holds of their money. */
export async function benchPayouts(
  extent: Readonly<{ runs: number; durationMs: number }>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  const rows: string[][] = []
  {
    await using server = await startEmbeddedPostgres({ directory: join(directory, 'postgres') })
    await using db = openDb(server.url)
    await migrate({ db })
    const office = await openPayoutOffice(db, [CREATED, TOGETHER])
    await using _ = office.ledger
    const measure = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      for (const callers of CALLERS) {
        const load = { callers, durationMs: extent.durationMs }
        const ours = () => rateOf(work, load)
        const bare = () => rateOf(() => hold(office), load)
        const { one, other, ratio } = await compare(ours, bare, extent.runs)
        rows.push([name, `${callers}`, ...figures(one), ...figures(other), ratio.toFixed(3)])
        console.error(rows.at(-1)?.join('  '))
      }
    }
    await using playing = playChains(office)
    await measure('to their end, one transaction each', () => payOut(office, playing, CREATED))
    await measure('to their end, together (Bitcoin)', () => payOut(office, playing, TOGETHER))
    await playing.stop()
    await measure('created', () => office.create(CREATED))
  }
  await rm(directory, { recursive: true, force: true })
  const head = ['payouts', 'callers', 'ours/s', 'p50 ms', 'p99 ms', 'bare/s', 'p50 ms', 'p99 ms']
  return table([...head, 'ratio'], rows)
}

const figures = (rate: Rate): string[] => [
  rate.perSecond.toFixed(rate.perSecond < 10 ? 1 : 0),
  rate.p50Ms.toFixed(2),
  rate.p99Ms.toFixed(2),
]

let written = 0

/** What making a payout books, and nothing else of it. */
async function hold({ ledger, book }: PayoutOffice): Promise<void> {
  written += 1
  const payoutId = `bare_${String(written).padStart(20, '0')}`
  const asset = resolveAsset(CREATED).id
  const source = { purpose: 'merchant.available' } as const
  const entry = payoutReserved(payoutId, [{ payoutId, source, asset, units: units(1n) }])
  if (entry.externalId !== holdRef(payoutId).externalId) throw new Error('a hold has its name')
  requirePosted(entry.externalId, await ledger.post(book.bookId, entry))
}

type Playing = AsyncDisposable &
  Readonly<{ ended: (payoutId: string) => Promise<void>; stop: () => Promise<void> }>

async function payOut(office: PayoutOffice, playing: Playing, route: Route): Promise<void> {
  await playing.ended(await office.create(route))
}

/** Workers that send, blocks that come fast, and one look at all that waits for its end. */
function playChains(office: PayoutOffice): Playing {
  const { ctx, book } = office
  const workers = office.startWorkers()
  const stopped = new AbortController()
  const waiting = new Map<string, () => void>()
  const mining = async (route: Route): Promise<void> => {
    const node = ctx.nodes.of(book, resolveAsset(route).chain)
    while (!stopped.signal.aborted) {
      await node?.mine(2)
      await systemClock.sleep(MINE_MS, stopped.signal)
    }
  }
  const looking = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      for (const id of await endedAmong(office, [...waiting.keys()])) {
        waiting.get(id)?.()
        waiting.delete(id)
      }
      await systemClock.sleep(LOOK_MS, stopped.signal)
    }
  }
  const loops = [mining(CREATED), mining(TOGETHER), looking()]
  const stop = async (): Promise<void> => {
    if (stopped.signal.aborted) return
    stopped.abort()
    await Promise.all(loops)
    await workers[Symbol.asyncDispose]()
  }
  return {
    ended: (payoutId) => new Promise((resolve) => waiting.set(payoutId, resolve)),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function endedAmong(
  { ctx, book }: PayoutOffice,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db.query<{ payout_id: string; status: string }>(
    `select payout_id, status from payout
     where book_id = $1 and payout_id = any($2::text[]) and ended_at is not null`,
    [book.bookId, ids],
  )
  const lost = rows.find((row) => row.status !== 'completed')
  if (lost !== undefined) throw new Error(`${lost.payout_id} is ${lost.status}`)
  return rows.map((row) => row.payout_id)
}

if (import.meta.main) {
  const [runs = '3', durationMs = '5000'] = process.argv.slice(2)
  console.log(await benchPayouts({ runs: Number(runs), durationMs: Number(durationMs) }))
}
