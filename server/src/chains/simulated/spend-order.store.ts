import type { Units } from '../../money/units.ts'
import type { DbTx } from '../../shell/db.ts'
import type { ChainKey } from './chain-state.ts'

type WaitingRow = Readonly<{
  tx_hash: string
  addresses: readonly string[]
  nonces: readonly number[]
}>

/**
 * The senders' transactions that a block can take now: those that pay its price, and whose senders
 * have no earlier one that is still to be mined, or only such as the same block takes.
 */
export async function minableSpends(
  dbTx: DbTx,
  key: ChainKey,
  price: Units,
): Promise<readonly string[]> {
  let waiting = await dbTx.query<WaitingRow>(
    `select s.tx_hash, array_agg(n.address) as addresses, array_agg(n.nonce::int) as nonces
     from simulated_tx x join simulated_spend s using (book_id, chain, tx_hash)
     join simulated_nonce n using (book_id, chain, tx_hash)
     where x.book_id = $1 and x.chain = $2 and x.state = 'waiting' and s.fee_units >= $3
     group by s.tx_hash, x.number order by x.number`,
    [key.bookId, key.chain, price],
  )
  const next = await nextNonces(dbTx, key, [...new Set(waiting.flatMap((one) => one.addresses))])
  const chosen: string[] = []
  for (let before = -1; before !== chosen.length;) {
    before = chosen.length
    const left: WaitingRow[] = []
    for (const one of waiting) {
      if (one.addresses.every((address, place) => next.get(address) === one.nonces[place])) {
        one.addresses.forEach((address) => next.set(address, (next.get(address) ?? 0) + 1))
        chosen.push(one.tx_hash)
      } else left.push(one)
    }
    waiting = left
  }
  return chosen
}

async function nextNonces(
  dbTx: DbTx,
  key: ChainKey,
  addresses: readonly string[],
): Promise<Map<string, number>> {
  const rows = await dbTx.query<{ address: string; next: number }>(
    `select n.address, max(n.nonce) + 1 as next from simulated_nonce n
     join simulated_tx x using (book_id, chain, tx_hash)
     where n.book_id = $1 and n.chain = $2 and n.address = any($3::text[]) and x.state = 'mined'
     group by n.address`,
    [key.bookId, key.chain, addresses],
  )
  const known = new Map(rows.map(({ address, next }) => [address, next]))
  return new Map(addresses.map((address) => [address, known.get(address) ?? 0]))
}

/**
 * After a fork has dropped something: what its senders sent after it cannot stay in a block either,
 * and waits in the mempool again.
 *
 * @param kept the height up to which the blocks stayed
 */
export async function waitForOrder(dbTx: DbTx, key: ChainKey, kept: number): Promise<void> {
  for (;;) {
    const moved = await dbTx.query(
      `update simulated_tx set state = 'waiting', height = null
       where book_id = $1 and chain = $2 and state = 'mined' and height > $3
         and exists (select from simulated_nonce n
           where n.book_id = $1 and n.chain = $2 and n.tx_hash = simulated_tx.tx_hash
             and n.nonce > 0
             and not exists (select from simulated_nonce b
               join simulated_tx x using (book_id, chain, tx_hash)
               where b.book_id = $1 and b.chain = $2 and b.address = n.address
                 and b.nonce = n.nonce - 1 and x.state = 'mined'))
       returning 1 as moved`,
      [key.bookId, key.chain, kept],
    )
    if (moved.length === 0) return
  }
}
