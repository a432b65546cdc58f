import assert from 'node:assert/strict'
import type { BookId } from '../../src/shell/book.ts'
import type { Field, Payer } from './field.ts'
import type { Report } from './messages.ts'
import type { Order } from './order.ts'
import type { Counted } from './steps.ts'
import { startWorker, type Worker } from './worker.ts'
import { WORK_TABLES } from './work.ts'

/** More than anything waits for a block or a node; less than a lease, or a bump. */
const ROUND_MS = 6_000
/** Longer than any lease of a process that is dead. */
const LEASE_MS = 125_000
const ROUNDS_MAX = 40

/** Payers whose orders are placed and worked on, each held before a step of its own if any. */
export type Shift = Readonly<{
  counted: Counted
  books: readonly Readonly<{ payer: Payer; orders: readonly Order[]; holdBefore?: number }>[]
}>

/** Has a new process work for payers until all are held or done, and kills it. @returns its report */
export async function workAndDie(field: Field, shift: Shift): Promise<Report['books']> {
  const worker = await begin(field, shift)
  const report = await play(field, worker, shift)
  await worker.die()
  field.clock.advance(LEASE_MS)
  return report
}

/**
 * Has a new process work for payers until all are held or done; there it stands still, while
 * another finishes what is left after its claims have run out; then it goes on where it was.
 */
export async function workAndLag(field: Field, shift: Shift): Promise<Report['books']> {
  await using worker = await begin(field, shift)
  const report = await play(field, worker, shift)
  field.clock.advance(LEASE_MS)
  await endIdleTransactions(field)
  await workToTheEnd(field, shift)
  await worker.resume(field.clock.now())
  return report
}

/**
 * What the server does by itself, after a minute, to a process that stands still in a dbTx: those
 * that wait for its locks get them then, and stand still in their turn.
 */
async function endIdleTransactions({ ctx }: Field): Promise<void> {
  for (let ended = 1; ended > 0;) {
    const rows = await ctx.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`,
    )
    ended = rows.length
  }
}

/** Has a new process, which nobody kills, do what is left to do for payers. @returns its report */
export async function workToTheEnd(field: Field, shift: Shift): Promise<Report['books']> {
  const books = shift.books.map(({ payer, orders }) => ({ payer, orders }))
  const unheld = { ...shift, books }
  await using worker = await begin(field, unheld)
  return await play(field, worker, unheld)
}

const begin = (field: Field, shift: Shift): Promise<Worker> =>
  startWorker({
    outside: field.outside,
    now: field.clock.now(),
    counted: shift.counted,
    books: shift.books.map(({ payer, orders, holdBefore }) => ({
      ...{ book: payer.book, suffix: payer.suffix, orders: [...orders] },
      ...(holdBefore === undefined ? {} : { holdBefore }),
    })),
  })

/** Work, a block, work, the blocks that make it final, and so on. */
async function play(field: Field, worker: Worker, shift: Shift): Promise<Report['books']> {
  const books = new Map(shift.books.map(({ payer }) => [payer.suffix, payer.book.bookId]))
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const report = await worker.work(field.clock.now())
    const left = await booksWithWork(field)
    const isOver = report.every(
      ({ suffix, held }) => held !== undefined || !left.has(books.get(suffix)),
    )
    if (isOver) return report
    await field.mine(round % 2 === 0 ? 1 : field.stage.finalBlocks)
    field.clock.advance(ROUND_MS)
  }
  return assert.fail(
    `it does not end: ${JSON.stringify(await stuck(field))}\n${field.clock.now()}\n${worker.output()}`,
  )
}

async function booksWithWork({ ctx }: Field): Promise<ReadonlySet<BookId | undefined>> {
  const parts = WORK_TABLES.map((table) => `select book_id from ${table} where due_at is not null`)
  const rows = await ctx.db.query<{ book_id: BookId }>(parts.join(' union '))
  return new Set(rows.map((row) => row.book_id))
}

const stuck = ({ ctx }: Field) =>
  ctx.db.query(
    `select p.status, p.problem as waits, p.due_at as wait_due, p.lease_until as wait_lease,
       p.tries as wait_tries, o.state, o.problem, o.tries, o.due_at, o.lease_until
     from payout p left join outgoing o on o.book_id = p.book_id and o.object_id = p.dispatch_id
     where p.due_at is not null or o.due_at is not null limit 5`,
  )
