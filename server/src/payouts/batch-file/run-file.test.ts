import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isError } from '../../errors/app-error.ts'
import { payoutWorld, type PayoutWorld } from '../../../test/payout-world.ts'
import { addressNumber } from '../../../test/payout-file.ts'
import { readCsv } from './csv.ts'
import { fingerprintOf, orderOfFile } from './order-of-file.ts'
import { readPayoutFile } from './read-file.ts'
import { resultsText } from './results.ts'
import { beginFile, checkFile, progressOf, refusedResults, resultsOf } from './run-file.action.ts'

const USDT = 'USDT_BSC'
const WHOLE = 10n ** 18n

/** A file that pays so much to so many addresses, one more unit to each. */
const fileOf = (count: number, amount = '1'): Uint8Array =>
  Buffer.from(
    [
      'amount,currency,network,address,external_id,customer_id,reference',
      ...Array.from({ length: count }, (_, nth) =>
        [
          `${amount}.${String(nth).padStart(6, '0')}`,
          'USDT',
          'BSC',
          addressNumber(nth),
          '',
          '',
          '',
        ].join(','),
      ),
    ].join('\r\n'),
  )

function orderOf(bytes: Uint8Array, run = '1') {
  const { rows } = readPayoutFile(bytes)
  const name = { fingerprint: fingerprintOf(bytes), run, reference: undefined }
  return { rows, order: orderOfFile(rows, name) }
}

async function pay({ ctx, book }: PayoutWorld, bytes: Uint8Array, run = '1') {
  const { rows, order } = orderOf(bytes, run)
  const check = await checkFile(ctx, book, order)
  assert.notEqual(check.kind, 'refused')
  const batch =
    check.kind === 'new'
      ? await beginFile(ctx, book, check.prepared)
      : check.kind === 'begun' && check.batch
  assert.ok(batch)
  return { kind: check.kind, batch, results: await resultsOf(ctx.db, book, { rows, batch }) }
}

async function funded(amount: string): Promise<PayoutWorld> {
  const world = await payoutWorld()
  await world.fund(USDT, amount)
  return world
}

/** Planted fault: the name of a batch without its run. */
test('a file is paid once, however often it is given, and again only under another run', async () => {
  await using world = await funded('1000')
  const bytes = fileOf(5)
  const first = await pay(world, bytes)
  assert.equal(first.kind, 'new')
  const second = await pay(world, bytes)
  assert.equal(second.kind, 'begun')
  assert.deepEqual(second.results, first.results)
  assert.equal(await world.available(USDT), 1000n * WHOLE - 5n * WHOLE - 10n * 10n ** 12n)
  await world.sendAll(USDT)
  const third = await pay(world, bytes)
  assert.deepEqual(
    third.results.map(({ payout }) => payout?.status),
    Array.from({ length: 5 }, () => 'completed'),
  )
  const again = await pay(world, bytes, '2026-02')
  assert.equal(again.kind, 'new')
  assert.notEqual(again.batch.batchId, first.batch.batchId)
})

test('many who give the same file at once begin one batch', async () => {
  await using world = await funded('1000')
  const bytes = fileOf(20)
  const paid = await Promise.all(Array.from({ length: 4 }, () => pay(world, bytes)))
  assert.equal(new Set(paid.map((one) => one.batch.batchId)).size, 1)
  const [row] = await world.ctx.db.query<{ count: number }>('select count(*) as count from payout')
  assert.equal(row?.count, 20)
})

/** Planted fault: the results name the row after it. */
test('one bad row keeps all of a file back, and the results name it', async () => {
  await using world = await funded('1000')
  const text = Buffer.from(fileOf(3)).toString()
  const { rows, order } = orderOf(Buffer.from(text.replace(addressNumber(1), '0x12')))
  const check = await checkFile(world.ctx, world.book, order)
  assert.ok(check.kind === 'refused')
  const lines = readCsv(resultsText(refusedResults(rows, check.problems))).slice(1)
  assert.deepEqual(
    lines.map((one) => [one.cells[0], one.cells[7], one.cells[10]]),
    [
      ['2', 'not begun', ''],
      ['3', 'refused', 'payouts.destination_invalid'],
      ['4', 'not begun', ''],
    ],
  )
  assert.equal(await world.available(USDT), 1000n * WHOLE)
})

test('a file that the balance does not pay begins nothing', async () => {
  await using world = await funded('10')
  const { order } = orderOf(fileOf(11))
  const check = await checkFile(world.ctx, world.book, order)
  assert.ok(check.kind === 'new')
  await assert.rejects(beginFile(world.ctx, world.book, check.prepared), (error) =>
    isError(error, 'ledger.insufficient_balance'),
  )
  assert.equal(await world.available(USDT), 10n * WHOLE)
  assert.deepEqual(await world.ctx.db.query('select from payout_batch'), [])
})

/** Planted fault: rows are judged each for itself, and no sum is ever large. */
test('a file of many small payouts waits for its code when their sum is large', async () => {
  await using world = await funded('6000')
  const { results, batch } = await pay(world, fileOf(60, '99'))
  assert.ok(results.every(({ payout }) => payout?.status === 'pending_verification'))
  const [sum] = await progressOf(world.ctx.db, world.book, batch)
  assert.deepEqual([sum?.status, sum?.count], ['pending_verification', 60])
})

const script = new URL('../../../test/payout-file-process.ts', import.meta.url).pathname

/** Lets a process pay a file, and kills it so long after it began to write, or never. */
async function payAndKill(
  world: PayoutWorld,
  path: string,
  afterMs: number | undefined,
): Promise<string> {
  const { url, book } = world
  const child = spawn(process.execPath, [script, url, book.orgId, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (afterMs === undefined || !chunk.includes('beginning')) return
    setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await once(child, 'close')
  return said
}

/** Planted fault: the batch has no name, and the second time is another. */
test('whoever is killed while a file begins has begun none of it, or all', async () => {
  await using world = await funded('1000')
  const directory = await mkdtemp(join(tmpdir(), 'coffer-file-'))
  const bytes = fileOf(400)
  const path = join(directory, 'payouts.csv')
  await writeFile(path, bytes)
  const countOf = async (): Promise<number | undefined> =>
    (await world.ctx.db.query<{ count: number }>('select count(*) as count from payout'))[0]?.count
  for (const afterMs of [0, 50, 100, 200, undefined]) {
    assert.match(await payAndKill(world, path, afterMs), /beginning/)
    assert.ok([0, 400].includes((await countOf()) ?? -1), `${await countOf()} began`)
  }
  await rm(directory, { recursive: true })
  assert.equal(await countOf(), 400)
  const { results } = await pay(world, bytes)
  assert.equal(results.length, 400)
  assert.ok(results.every(({ payout }) => payout?.status === 'processing'))
  assert.equal(await countOf(), 400)
  const sum = results.reduce((total, { payout }) => total + (payout?.units ?? 0n), 0n)
  assert.equal(await world.available(USDT), 1000n * WHOLE - sum)
})

/** Planted fault: payouts are told in another order than the rows have. */
test('ten thousand rows begin together, or not at all', async (t) => {
  await using world = await funded('20000')
  const bytes = fileOf(10_000, '0')
  const text = Buffer.from(bytes).toString().replaceAll('0.00', '0.20')
  const started = performance.now()
  const { order, rows } = orderOf(Buffer.from(text))
  const read = performance.now()
  const check = await checkFile(world.ctx, world.book, order)
  const checked = performance.now()
  assert.ok(check.kind === 'new')
  const batch = await beginFile(world.ctx, world.book, check.prepared)
  const begun = performance.now()
  const results = await resultsOf(world.ctx.db, world.book, { rows, batch })
  const told = performance.now()
  assert.equal(results.length, 10_000)
  for (const { row, payout } of results)
    assert.equal(payout?.destination.toLowerCase(), row.address)
  t.diagnostic(
    `read ${Math.round(read - started)} ms, checked ${Math.round(checked - read)} ms, begun ${Math.round(begun - checked)} ms, told ${Math.round(told - begun)} ms`,
  )
})
