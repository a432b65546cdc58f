import { manualClock } from '../../src/shell/clock.ts'
import { openDb } from '../../src/shell/db.ts'
import { chainsOf, contextOf, signerOf } from './context.ts'
import { Order, Spec, type Report } from './messages.ts'
import { placeOrder } from './order.ts'
import { countSteps, steppedChains, steppedDb, steppedSigner } from './steps.ts'
import { workOnBook } from './work.ts'

// A worker that does the work of payouts for some books side by side, each held before a step of
// its own; when all are, it is told to die, and kills itself as `kill -9` does.

const { outside, now, counted, books } = Spec.parse(JSON.parse(process.argv[2] ?? ''))
const clock = manualClock(now)
const db = openDb(outside.databaseUrl, { connectionsMax: 3 * books.length + 2 })
const chainDb = openDb(outside.chainUrl, { connectionsMax: books.length + 2 })
const chains = chainsOf(outside, chainDb, clock)

const workers = books.map(({ book, suffix, orders, holdBefore }) => {
  const steps = countSteps(counted, holdBefore)
  const ctx = contextOf({
    ...{ db: steppedDb(db, steps), clock },
    chains: steppedChains(chains, steps),
    signer: steppedSigner(signerOf(outside), steps),
  })
  const left = [...orders]
  const workAll = async (): Promise<void> => {
    for (const order of left.splice(0)) await placeOrder(ctx, book, order)
    await workOnBook(ctx, suffix)
  }
  let held: string | undefined
  let isWorking: Promise<void> | undefined
  return {
    work: async (): Promise<void> => {
      if (held !== undefined) return
      isWorking = workAll()
      held = await Promise.race([isWorking.then(() => undefined), steps.held])
    },
    resume: async (): Promise<void> => {
      steps.release()
      await isWorking
      await workAll()
    },
    report: () => ({
      ...{ suffix, steps: steps.count() },
      ...(held === undefined ? {} : { held }),
    }),
  }
})

process.on('message', (message) => void obey(Order.parse(message)))
process.on('disconnect', () => process.exit(1))
process.send?.('ready')

async function obey(order: Order): Promise<void> {
  if (order.kind === 'die') process.kill(process.pid, 'SIGKILL')
  if (order.kind === 'leave') process.exit(0)
  if ('now' in order) clock.advance(order.now - clock.now())
  if (order.kind === 'work') await Promise.all(workers.map(({ work }) => work()))
  if (order.kind === 'resume') await Promise.all(workers.map(({ resume }) => resume()))
  const report: Report = { books: workers.map((one) => one.report()) }
  process.send?.(report)
}
