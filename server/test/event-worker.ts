import { once } from 'node:events'
import { runDeliveries } from '../src/events/deliver.job.ts'
import { runSequencer } from '../src/events/sequence.job.ts'
import { openDb } from '../src/shell/db.ts'
import { eventContext } from './event-world.ts'

// A worker process that tests kill: it begins when its parent says so, and ends with its parent.

await using db = openDb(process.argv[2] ?? '')
const ctx = eventContext(db, { leaseMs: 250 })
await db.query('select 1')
const stop = new AbortController()
process.once('disconnect', () => stop.abort())
process.send?.('ready')
await once(process, 'message')
await Promise.all([runSequencer(ctx, stop.signal), runDeliveries(ctx, stop.signal)])
