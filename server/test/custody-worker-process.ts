import { bookDeposit } from '../src/custody/book-deposit.action.ts'
import { watchChain } from '../src/custody/watch-chain.action.ts'
import { openDb } from '../src/shell/db.ts'
import { custodyOn, dueDeposits, watchedKeys } from './custody-world.ts'

// A worker to be killed: `<database url>`. It looks and books without an end.

const [, , url = ''] = process.argv
await using db = openDb(url, { connectionsMax: 4 })
const { watchCtx, bookCtx } = custodyOn(db)
process.stdout.write('working\n')
for (;;) {
  for (const key of await watchedKeys(db)) await watchChain(watchCtx, key)
  for (const key of await dueDeposits(db)) await bookDeposit(bookCtx, key)
}
