import { createAddressSource } from '../src/custody/address-source.ts'
import { issueAddresses } from '../src/custody/issue-addresses.action.ts'
import { signerClient } from '../src/custody/signer.client.ts'
import { createChains } from '../src/main/chains.ts'
import { assetsOn } from '../src/money/registry.ts'
import type { BookId } from '../src/shell/book.ts'
import { systemClock } from '../src/shell/clock.ts'
import { inDbTx, openDb } from '../src/shell/db.ts'
import { createLog } from '../src/shell/log.ts'
import { networkNamed } from './simulated-chain.ts'

// A process of its own that hands out addresses: `<database url> <signer socket> <name> <rounds>`.
// In every third round it changes its mind, so that what it took is left unused.

const [, , url = '', socket = '', name = '', rounds = '0'] = process.argv
await using db = openDb(url, { connectionsMax: 4 })
const clock = systemClock
const source = createAddressSource({
  db,
  clock,
  log: createLog('silent'),
  chains: createChains({ db, clock }, []),
  signer: signerClient(socket),
})
const book = {
  bookId: 'book_world' as BookId,
  orgId: 'org_world',
  environment: 'test',
  clockOffsetMs: 0,
} as const
const wanted = ['BNB Chain', 'Polygon', 'Bitcoin', 'Solana'].flatMap((network) =>
  assetsOn(networkNamed(network).chain).map(({ id, chain }) => ({ chain, asset: id })),
)
for (let round = 0; round < Number(rounds); round += 1) {
  await Promise.all(
    [1, 2, 3].map(async (nth) => {
      const addresses = await source.prepare(book, wanted)
      if (nth === 3) return
      const owner = { kind: 'payment', id: `pay_${name}_${round}_${nth}` } as const
      await inDbTx({ db }, (dbTx) => issueAddresses({ clock }, dbTx, { book, owner, addresses }))
    }),
  )
}
