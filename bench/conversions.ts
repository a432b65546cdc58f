import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIdempotency } from '../server/src/api/idempotency.ts'
import { createSharedWork } from '../server/src/api/shared-work.ts'
import { convert, prepareConversion } from '../server/src/conversions/convert.action.ts'
import { account } from '../server/src/ledger/chart.ts'
import { converted } from '../server/src/ledger/conversion-operations.ts'
import { createLedger, type Ledger } from '../server/src/ledger/ledger.ts'
import { requirePosted } from '../server/src/ledger/result.ts'
import { resolveAsset } from '../server/src/money/alias.ts'
import { units, type AssetId, type Units } from '../server/src/money/units.ts'
import { sandboxMarkets } from '../server/src/rates/markets.ts'
import { createRates } from '../server/src/rates/rates.ts'
import type { Book } from '../server/src/shell/book.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { openDb, type Db } from '../server/src/shell/db.ts'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { createIds } from '../server/src/shell/ids.ts'
import { createLog } from '../server/src/shell/log.ts'
import { migrate } from '../server/src/shell/migrate.ts'
import { createSealer } from '../server/src/shell/sealer.ts'
import { createOrganization } from '../server/src/tenancy/create-organization.action.ts'
import { compare, rateOf, table, type Rate } from './measure.ts'

const CALLERS = [1, 8, 64]
const FROM = resolveAsset({ currency: 'BTC' }).id
const TO = resolveAsset({ currency: 'USDT_TRC20' }).id
const PLENTY = units(10n ** 30n)

/** Conversions of one organization against bare entries with the same transfers. */
export async function benchConversions(
  extent: Readonly<{ runs: number; durationMs: number }>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  const rows: string[][] = []
  {
    await using server = await startEmbeddedPostgres({ directory: join(directory, 'postgres') })
    await using db = openDb(server.url)
    await migrate({ db })
    const { ledger, book, exchange } = await openBureau(db)
    await using _ = ledger
    for (const callers of CALLERS) {
      const load = { callers, durationMs: extent.durationMs }
      const { one, other, ratio } = await compare(
        () => rateOf(exchange, load),
        () => rateOf(() => post(ledger, book, bareEntry()), load),
        extent.runs,
      )
      rows.push([String(callers), ...figures(one), ...figures(other), ratio.toFixed(2)])
      console.error(rows.at(-1)?.join('  '))
    }
  }
  await rm(directory, { recursive: true, force: true })
  const head = ['callers', 'conversions/s', 'p50 ms', 'p99 ms', 'bare/s', 'p50 ms', 'p99 ms']
  return table([...head, 'ratio'], rows)
}

const figures = (rate: Rate): string[] => [
  rate.perSecond.toFixed(0),
  rate.p50Ms.toFixed(2),
  rate.p99Ms.toFixed(2),
]

/** An organization with plenty of both assets, and its conversions as `POST /v1/conversions` does them. */
async function openBureau(db: Db) {
  const shell = {
    db,
    clock: systemClock,
    ids: createIds(systemClock),
    log: createLog('silent'),
    sealer: createSealer(new Uint8Array(32).fill(7)),
  }
  const ledger = createLedger(shell)
  const { test: book } = await createOrganization(shell, { name: 'Bench' })
  await post(ledger, book, gift(FROM))
  await post(ledger, book, gift(TO))
  const ctx = {
    ...shell,
    ledger,
    rates: createRates(shell, sandboxMarkets),
    chains: { of: () => undefined, list: () => [] },
    nodes: { of: () => undefined },
    treasury: { keyOf: () => Promise.reject(new Error('nothing is sent here')) },
  }
  const share = createSharedWork({ db, idempotency: createIdempotency(shell) })
  const exchange = async (): Promise<void> => {
    const prepared = await prepareConversion(ctx, book, {
      ...{ fromCurrency: 'BTC', fromNetwork: undefined, amount: '0.00012345' },
      ...{ toCurrency: 'USDT_TRC20', toNetwork: undefined },
      ...{ externalId: undefined, customerId: undefined, metadata: '{}' },
    })
    const run = async (dbTx: Parameters<typeof convert>[1]) => {
      await convert(ctx, dbTx, { book, prepared })
      return { status: 201, headers: {}, text: '' }
    }
    await share({ run, claim: undefined })
  }
  return { ledger, book, exchange }
}

const post = async (ledger: Ledger, { bookId }: Book, entry: ReturnType<typeof bareEntry>) =>
  requirePosted(entry.externalId, await ledger.post(bookId, entry))

function gift(asset: AssetId): ReturnType<typeof bareEntry> {
  const transfers = (['merchant.available', 'liquidity'] as const).map((purpose) => {
    const [debit, credit] = [account('custody', asset), account(purpose, asset)]
    return { debit, credit, asset, units: PLENTY }
  })
  return { operation: 'gift', externalId: `gift:${asset}`, facts: {}, transfers }
}

let written = 0

/** What a conversion books, and nothing else of it. */
function bareEntry() {
  written += 1
  const amount = (value: bigint): Units => units(value)
  return converted({
    conversionId: `bare_${String(written).padStart(20, '0')}`,
    ...{ from: FROM, to: TO, given: amount(12_345n), received: amount(8_024_311n) },
    ...{ spread: amount(0n), rounding: amount(0n) },
    ...{ rate: '65000.5', spreadPpm: 0, left: '0.725' },
  })
}

if (import.meta.main) {
  const [runs = '5', durationMs = '2000'] = process.argv.slice(2)
  console.log(await benchConversions({ runs: Number(runs), durationMs: Number(durationMs) }))
}
