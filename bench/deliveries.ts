import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { eventBody } from '../server/src/events/event.ts'
import { eventsAfter } from '../server/src/events/event.store.ts'
import { exampleOf } from '../server/src/events/examples/example-events.ts'
import { appendEvent } from '../server/src/events/append-event.ts'
import { sequenceBatch } from '../server/src/events/sequence.action.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { inDbTx, openDb, type Db } from '../server/src/shell/db.ts'
import { startEmbeddedPostgres } from '../server/src/shell/embedded-postgres.ts'
import { migrate } from '../server/src/shell/migrate.ts'
import { eventWorld } from '../server/test/event-world.ts'
import { median, table } from './measure.ts'

const APPENDERS = 8
const LIVING = 9
const LOOK_MS = 10

/**
 * Deliveries per second to nine endpoints while a tenth is dead, from the moment at which a worker
 * begins to that at which all nine have all of them and all are recorded; against bare `undici`
 * posts of the same bodies to the same nine, with no dead one among them, nothing signed and
 * nothing recorded.
 */
export async function benchDeliveries(
  extent: Readonly<{ runs: number; events: number }>,
): Promise<string> {
  await using stack = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'coffer-bench-'))
  await chmod(directory, 0o711)
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const server = stack.use(await startEmbeddedPostgres({ directory: join(directory, 'postgres') }))
  const db = stack.use(openDb(server.url))
  await migrate({ db })
  const rows: string[][] = []
  for (const placed of [true, false]) {
    const pairs: (readonly [number, number])[] = []
    for (let run = 0; run < extent.runs; run += 1) {
      pairs.push(await pairOf(db, { url: server.url, events: extent.events, placed }))
    }
    const middle = (pick: (pair: readonly [number, number]) => number): number =>
      median(pairs.map(pick))
    rows.push([
      placed ? 'that wait for nine endpoints' : 'with finding out who is told',
      middle(([ours]) => ours).toFixed(0),
      middle(([, bare]) => bare).toFixed(0),
      middle(([ours, bare]) => ours / bare).toFixed(2),
    ])
    console.error(rows.at(-1)?.join('  '))
  }
  return table(['deliveries, a tenth endpoint dead', 'ours/s', 'bare undici/s', 'ratio'], rows)
}

/** One run of each, ours first: they are of the same bodies. */
async function pairOf(
  db: Db,
  how: Readonly<{ url: string; events: number; placed: boolean }>,
): Promise<readonly [number, number]> {
  await using receivers = await startReceivers()
  const office = await prepare(db, receivers, how)
  const messages = how.events * LIVING
  const worker = { file: 'delivery-worker.ts', args: [how.url], begin: {}, messages }
  const ours = await timed(receivers, office, worker)
  const begin = { urls: receivers.living.map(urlOf), bodies: await office.bodies() }
  const sender = { file: 'delivery-sender.ts', args: [], begin, messages }
  return [ours, await timed(receivers, undefined, sender)]
}

const urlOf = (port: number): string => `http://127.0.0.1:${port}/hook`

type Office = Readonly<{
  bodies: () => Promise<readonly string[]>
  /** Deliveries that are recorded as acknowledged. */
  recorded: () => Promise<number>
}>

/** An organization with ten endpoints and many events. `placed`: their deliveries wait already. */
async function prepare(
  db: Db,
  { living, dead }: Receivers,
  { events, placed }: Readonly<{ events: number; placed: boolean }>,
): Promise<Office> {
  const { ctx, book, listen } = await eventWorld(db)
  for (const port of [dead, ...living]) await listen(urlOf(port))
  const { object } = exampleOf('payment.confirmed')
  const ids = Array.from({ length: events }, (_one, index) => `pay_${index}`).values()
  const appender = async (): Promise<void> => {
    for (const objectId of ids) {
      const event = { book, type: 'payment.confirmed', objectId, object } as const
      await inDbTx(ctx, (dbTx) => appendEvent(ctx, dbTx, event))
    }
  }
  await Promise.all(Array.from({ length: APPENDERS }, appender))
  while (placed && (await sequenceBatch({ db }, book.bookId)) > 0);
  // As of a database that has stood for a while.
  await db.script('analyze')
  return {
    bodies: async () =>
      (await eventsAfter(db, book.bookId, { position: 0, limit: events })).map(eventBody),
    recorded: async () => {
      const [row] = await db.query<{ n: number }>(
        "select count(*) as n from delivery where book_id = $1 and state = 'delivered'",
        [book.bookId],
      )
      return row?.n ?? 0
    },
  }
}

type Receivers = AsyncDisposable &
  Readonly<{ living: readonly number[]; dead: number; until: (messages: number) => Promise<void> }>

async function startReceivers(): Promise<Receivers> {
  const child = fork(fileOf('delivery-receivers.ts'))
  const [ports] = await once(child, 'message')
  const { living, dead }: Readonly<{ living: number[]; dead: number }> = ports
  let messages = 0
  child.on('message', (told: Readonly<{ messages: number }>) => (messages = told.messages))
  return {
    living,
    dead,
    until: async (count) => {
      const end = messages + count
      while (messages < end) await once(child, 'message')
    },
    [Symbol.asyncDispose]: () => ended(child),
  }
}

/** Messages per second, from the moment at which the child is told to begin. */
async function timed(
  receivers: Receivers,
  office: Office | undefined,
  work: Readonly<{ file: string; args: readonly string[]; begin: object; messages: number }>,
): Promise<number> {
  const child = fork(fileOf(work.file), work.args)
  await once(child, 'message')
  const arrived = receivers.until(work.messages)
  const start = performance.now()
  child.send(work.begin)
  await arrived
  while (office !== undefined && (await office.recorded()) < work.messages) {
    await systemClock.sleep(LOOK_MS)
  }
  const seconds = (performance.now() - start) / 1_000
  await ended(child)
  return work.messages / seconds
}

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

async function ended(child: ChildProcess): Promise<void> {
  const exit = child.exitCode === null ? once(child, 'exit') : undefined
  if (child.connected) child.disconnect()
  await exit
}

if (import.meta.main) {
  const [runs = '5', events = '3000'] = process.argv.slice(2)
  console.log(await benchDeliveries({ runs: Number(runs), events: Number(events) }))
}
