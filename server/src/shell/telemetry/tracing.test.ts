import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCollector } from '../../../test/collector.ts'
import { listen } from '../../../test/listening.ts'
import { createServer } from 'node:http'
import { AppError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openTracing } from './open-tracing.client.ts'
import { summaryOf } from './traced-db.ts'
import {
  continueTrace,
  inNewTrace,
  inSpan,
  inTraceOfNow,
  isTraced,
  keptTrace,
  openSpan,
  underTrace,
} from './tracing.ts'

const log = createLog('silent')
const A = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`

const tracingTo = (url: string, more: Readonly<Record<string, string>> = {}) => {
  const seen = { exported: 0, lost: 0 }
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...more })
  const count = (outcome: 'exported' | 'lost', spans: number): void => {
    seen[outcome] += spans
  }
  return { seen, open: () => openTracing({ config, log, seen: count, patienceMs: 200 }) }
}

test('without a collector work simply runs, and rows keep nothing', async () => {
  await using _tracing = await tracingTo('').open()
  const kept = await continueTrace(A, { name: 'x' }, () =>
    inSpan({ name: 'y' }, async (note) => {
      note({ count: 1 })
      return [keptTrace(), isTraced()]
    }),
  )
  assert.deepEqual(kept, [undefined, false])
  assert.equal(
    openSpan({ name: 'z' }, A).within(() => keptTrace()),
    undefined,
  )
})

/**
 * Planted faults, each seen to fail: the version `ff`, ids of zeros and texts in capitals that were
 * taken; what a quiet run does recorded; the message of an error among the attributes.
 */
test('what a row kept is gone on with, and what cannot be read begins nothing', async () => {
  await using collector = await startCollector()
  const tracing = tracingTo(collector.url)
  const [, traceId, spanId] = A.split('-')
  {
    await using _open = await tracing.open()
    await continueTrace(A, { name: 'went on', attributes: { 'coffer.job': 'x' } }, async () => {
      assert.match(keptTrace() ?? '', new RegExp(`^00-${traceId}-(?!${spanId})[0-9a-f]{16}-01$`))
    })
    await underTrace(A, async () => {
      assert.deepEqual([keptTrace(), isTraced()], [A, false])
      await inSpan({ name: 'quiet' }, async () => undefined)
    })
    const bound = await inNewTrace({ name: 'own' }, async () => inTraceOfNow(keptTrace))
    assert.notEqual(bound(), undefined)
    assert.equal(keptTrace(), undefined)
    const broken = [
      undefined,
      '',
      A.replace('00-', 'ff-'),
      A.replace('00-', '0-'),
      A.toUpperCase(),
      `${A}-more`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
    ]
    for (const one of broken) {
      await continueTrace(one, { name: 'broken' }, async () => assert.equal(keptTrace(), undefined))
    }
    const failing = inNewTrace({ name: 'fails' }, async () => {
      throw new AppError('chain.unreachable', { chain: chainId('eip155:1') })
    })
    await assert.rejects(failing)
  }
  const names = collector.spans.map((one) => one.name)
  assert.deepEqual(names.toSorted(), ['fails', 'own', 'went on'])
  const [continued] = collector.spans.filter((one) => one.name === 'went on')
  assert.deepEqual([continued?.traceId, continued?.parentSpanId], [traceId, spanId])
  const [failed] = collector.spans.filter((one) => one.name === 'fails')
  const attributes = failed?.attributes.map(({ key, value }) => [key, value.stringValue])
  assert.deepEqual(attributes, [['error.type', 'chain.unreachable']])
  assert.deepEqual([tracing.seen, failed?.status?.code], [{ exported: 3, lost: 0 }, 2])
})

/** Planted fault: a sampler that obeys the caller's flag. */
test('we record the share that the settings say, whatever a caller wants', async () => {
  await using collector = await startCollector()
  for (const [share, count] of [
    ['0', 0],
    ['1', 20],
  ] as const) {
    await using _open = await tracingTo(collector.url, { OTEL_TRACES_SAMPLER_ARG: share }).open()
    let kept = 0
    for (let trace = 0; trace < 20; trace += 1) {
      const flags = trace % 2 === 0 ? '01' : '00'
      const parent = `00-${String(trace + 1).padStart(32, '7')}-${'1'.repeat(16)}-${flags}`
      const span = openSpan({ name: 'x' }, parent)
      if (span.within(() => keptTrace()) !== undefined) kept += 1
      span.end()
    }
    assert.equal(kept, count)
  }
  assert.equal(collector.spans.length, 20)
})

/** Planted fault: the end of tracing waited for the collector without an end. */
test('a collector that refuses, or hangs, costs its spans and nothing else', async () => {
  await using refusing = await startCollector(400)
  await using hanging = await listen(createServer(() => undefined))
  for (const url of [refusing.url, `http://127.0.0.1:${hanging.port}`]) {
    const tracing = tracingTo(url)
    {
      await using _open = await tracing.open()
      assert.equal(await inNewTrace({ name: 'x' }, async () => 'done'), 'done')
    }
    assert.deepEqual(tracing.seen, { exported: 0, lost: 1 }, url)
  }
})

/** Planted fault: the lock of a `select … for update` taken for an update. */
test('a statement is named by its verb and its table, and by nothing else of it', () => {
  const said = (sql: string) => Object.values(summaryOf(sql)).filter((one) => one !== undefined)
  const cases = [
    ['begin', 'begin'],
    ['set local statement_timeout = 1', 'set'],
    ['select a from payout where b = $1 for update', 'select payout'],
    ['select a from t join u on true for no key update of t', 'select t'],
    ['insert into event (a) values ($1) on conflict do update set a = 1', 'insert event'],
    ['with due as (select 1 from mail) update mail as m set a = 1 from due', 'update mail'],
    [
      'with made as (insert into payout_dispatch values ($1)) update payout set a = 1',
      'insert payout_dispatch',
    ],
    ['select * from unnest($1::text[]) as one join entry on true', 'select'],
    ['DELETE FROM Event where true', 'delete Event'],
  ] as const
  for (const [sql, words] of cases) assert.equal(said(sql).join(' '), words, sql)
})
