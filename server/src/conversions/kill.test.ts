import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { conversionWorld } from '../../test/conversion-world.ts'
import { sealEntries } from '../ledger/seal-entries.job.ts'
import { verifyLedger } from '../ledger/verify.action.ts'
import { convertNumbered } from './converting-child.suite.ts'

const CHILD = fileURLToPath(new URL('./converting-child.suite.ts', import.meta.url))
const KILLS = 6

/** When a child is killed: at so many conversions, and so long after it told of the last one. */
type Kill = Readonly<{ told: number; afterMs: number }>

/** Numbers that a child told as done before it was killed. */
function killedAt(kill: Kill, args: readonly string[]): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const told: number[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      told.push(Number(line))
      // At once it would always be the same moment: others have just got what this one locked.
      if (told.length === kill.told) setTimeout(() => child.kill('SIGKILL'), kill.afterMs)
    })
    child.once('error', reject)
    // After 'close' every line that was written has been read.
    child.once('close', () => resolve(told))
  })
}

/**
 * Each child begins with numbers that the one before it had asked already, so what was committed
 * without an answer is asked again; in the end all of them are asked once more.
 *
 * Seen to fail on: the entry in a commit of its own, before that of its row and event.
 */
test('a process that is killed while it converts leaves no half of a conversion, and loses and doubles none', async () => {
  await using world = await conversionWorld()
  const { db } = world.ctx
  const { bookId } = world.book
  await world.give('1000', 'BTC')
  for (const code of ['USDT_TRC20', 'SOL']) await world.give('1000000000', code, 'liquidity')
  const done = new Set<number>()
  let first = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    const moment = { told: 1 + ((kill * 37) % 110), afterMs: kill }
    const told = await killedAt(moment, [world.url, bookId, String(first)])
    for (const number of told) done.add(number)
    first = Math.max(0, Math.max(...done) - 23)
  }
  const [standing] = await db.query<Record<string, number>>(
    `select (select count(*) from conversion) as conversions,
       (select count(distinct external_id) from conversion) as names,
       (select count(*) from event where type = 'conversion.completed') as events,
       (select count(*) from entry where operation = 'converted') as entries`,
  )
  const { conversions = 0 } = standing ?? {}
  assert.ok(conversions >= done.size && done.size >= KILLS)
  assert.deepEqual(standing, {
    conversions,
    names: conversions,
    events: conversions,
    entries: conversions,
  })
  const before = await world.holdings()
  const names = await db.query<{ external_id: string }>('select external_id from conversion')
  const booked = new Set(names.map((row) => Number(row.external_id.replace('order ', ''))))
  assert.deepEqual(
    [...done].filter((number) => !booked.has(number)),
    [],
  )
  await convertNumbered(db, bookId, [...booked])
  assert.deepEqual(await world.holdings(), before)
  const [sums] = await db.query<Record<'given' | 'received', bigint>>(
    `select sum(given_units) as given, sum(received_units)
       filter (where to_asset like 'tron%') as received from conversion`,
  )
  assert.equal(before['merchant.available BTC'], 100_000_000_000n - (sums?.given ?? 0n))
  assert.equal(before['merchant.available USDT_TRC20'], sums?.received)
  await sealEntries(world.ctx)
  const verdict = await verifyLedger(world.ctx)
  assert.equal(verdict.kind, 'whole', JSON.stringify(verdict))
})
