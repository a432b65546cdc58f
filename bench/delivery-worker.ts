import { once } from 'node:events'
import { runDeliveries } from '../server/src/events/deliver.job.ts'
import { runSequencer } from '../server/src/events/sequence.job.ts'
import { openDb } from '../server/src/shell/db.ts'
import { eventContext } from '../server/test/event-world.ts'

// The rooms of a worker that place events and send them, in a process of their own.
await using db = openDb(process.argv[2] ?? '')
const ctx = eventContext(db)
await db.query('select 1')
process.send?.('ready')
await once(process, 'message')
const stop = new AbortController()
process.once('disconnect', () => process.exit())
await Promise.all([runSequencer(ctx, stop.signal), runDeliveries(ctx, stop.signal)])
