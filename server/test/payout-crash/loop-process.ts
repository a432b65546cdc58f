import { z } from 'zod'
import { openDb } from '../../src/shell/db.ts'
import { runJob, type Job } from '../../src/shell/job-loop.ts'
import { chainsOf, contextOf, signerOf } from './context.ts'
import { fastClock } from './fast-clock.ts'
import { Spec } from './messages.ts'
import { payoutJobs } from './work.ts'

// A worker as it runs for real, all its loops at once, until somebody kills it.

const { outside, origin } = z
  .object({ outside: Spec.shape.outside, origin: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''))
const clock = fastClock(origin)
const db = openDb(outside.databaseUrl, { connectionsMax: 20 })
const chainDb = openDb(outside.chainUrl, { connectionsMax: 10 })
const chains = chainsOf(outside, chainDb, clock)
const ctx = contextOf({ db, clock, chains, signer: signerOf(outside) })
const stop = new AbortController()
process.on('disconnect', () => process.exit(1))
process.send?.('ready')
const forEver = <Key extends object>(job: Job<Key>): Promise<void> => runJob(ctx, job, stop.signal)
await Promise.all(payoutJobs(ctx).map((work) => work(forEver)))
