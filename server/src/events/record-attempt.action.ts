import { inDbTx, type Db } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import { recordAttempts, type MadeAttempt } from './due-delivery.store.ts'

const BATCH_MAX = 256
/** One batch is committed while the next is written. */
const LANES = 2

type Recorded = Readonly<{ kind: 'recorded' }> | Readonly<{ kind: 'failed'; error: unknown }>

const recordInBatches = gatherOn(
  async (db: Db, made: readonly MadeAttempt[]): Promise<readonly Recorded[]> => {
    const all = await record(db, made)
    if (all.kind === 'recorded') return made.map(() => all)
    // One that cannot be written must not keep the others from it: they would be sent again.
    return Promise.all(made.map((one) => record(db, [one])))
  },
  { batchMax: BATCH_MAX, lanes: LANES },
)

const record = (db: Db, made: readonly MadeAttempt[]): Promise<Recorded> =>
  inDbTx({ db }, (dbTx) => recordAttempts(dbTx, made)).then(
    () => ({ kind: 'recorded' }),
    (error: unknown) => ({ kind: 'failed', error }),
  )

/** Records an attempt together with whatever else was attempted meanwhile. */
export async function recordAttempt(ctx: Readonly<{ db: Db }>, made: MadeAttempt): Promise<void> {
  const recorded = await recordInBatches(ctx.db, made)
  if (recorded.kind === 'failed') throw recorded.error
}
