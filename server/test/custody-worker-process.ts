import { bookDeposit } from '../src/custody/book-deposit.action.ts'
import { watchChain } from '../src/custody/watch-chain.action.ts'
import { openDb } from '../src/shell/db.ts'
import { custodyOn, dueDeposits, trippingChains, trippingDb, watchedKeys } from './custody-world.ts'
import { NETWORKS } from './fork-play.ts'
import { networkNamed } from './simulated-chain.ts'

// A worker that looks and books until it is killed at a step: `<database url> <step>`.

const [, , url = '', last = '1'] = process.argv
let left = Number(last)
const trip = (): Promise<void> => {
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
  return Promise.resolve()
}
await using db = openDb(url, { connectionsMax: 4 })
const { watchCtx, bookCtx } = custodyOn(db)
const tripping = trippingDb(db, trip)
const chains = trippingChains(watchCtx.chains, trip)
// Its steps are to fall where something happens.
const played = NETWORKS.map((name) => networkNamed(name).chain)
for (;;) {
  for (const key of await watchedKeys(db)) {
    if (!played.includes(key.chain)) continue
    await watchChain({ ...watchCtx, db: tripping, chains }, key)
  }
  for (const key of await dueDeposits(db)) await bookDeposit({ ...bookCtx, db: tripping }, key)
}
