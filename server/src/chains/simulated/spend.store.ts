import { units, type Units } from '../../money/units.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { ChainKey } from './chain-state.ts'
import type { SimulatedSpend } from './codec.ts'

/** A sender's transaction that waits in the mempool. */
export type WaitingSpend = Readonly<{ txHash: string; fee: Units }>

/** Writes down who sends a transaction and what it pays for it. */
export async function insertSpend(
  dbTx: DbTx,
  key: ChainKey,
  one: Readonly<{ txHash: string; spend: SimulatedSpend }>,
): Promise<void> {
  const { txHash, spend } = one
  await dbTx.query(
    `insert into simulated_spend (book_id, chain, tx_hash, fee_units) values ($1, $2, $3, $4)`,
    [key.bookId, key.chain, txHash, spend.fee],
  )
  await dbTx.query(
    `insert into simulated_nonce (book_id, chain, tx_hash, address, nonce)
     select $1, $2, $3, * from unnest($4::text[], $5::bigint[])`,
    [
      key.bookId,
      key.chain,
      txHash,
      spend.senders.map((sender) => sender.address),
      spend.senders.map((sender) => sender.nonce),
    ],
  )
}

/** How many transactions of a sender are in blocks up to a height. */
export async function minedNonce(
  db: Queryable,
  key: ChainKey,
  of: Readonly<{ address: string; upTo: number }>,
): Promise<number> {
  const [row] = await db.query<{ next: number }>(
    `select coalesce(max(n.nonce) + 1, 0) as next from simulated_nonce n
     join simulated_tx x using (book_id, chain, tx_hash)
     where n.book_id = $1 and n.chain = $2 and n.address = $3 and x.state = 'mined'
       and x.height <= $4`,
    [key.bookId, key.chain, of.address, of.upTo],
  )
  return row?.next ?? 0
}

/** The transaction of a sender that waits with a nonce; absent: none does. */
export async function waitingSpend(
  db: Queryable,
  key: ChainKey,
  of: Readonly<{ address: string; nonce: number }>,
): Promise<WaitingSpend | undefined> {
  const [row] = await db.query<{ tx_hash: string; fee_units: bigint }>(
    `select s.tx_hash, s.fee_units from simulated_nonce n
     join simulated_spend s using (book_id, chain, tx_hash)
     join simulated_tx x using (book_id, chain, tx_hash)
     where n.book_id = $1 and n.chain = $2 and n.address = $3 and n.nonce = $4
       and x.state = 'waiting'`,
    [key.bookId, key.chain, of.address, of.nonce],
  )
  return row && { txHash: row.tx_hash, fee: units(row.fee_units) }
}

/** What a transaction pays for itself; absent: it is none of ours. */
export async function feeOf(
  db: Queryable,
  key: ChainKey,
  txHash: string,
): Promise<Units | undefined> {
  const [row] = await db.query<{ fee_units: bigint }>(
    'select fee_units from simulated_spend where book_id = $1 and chain = $2 and tx_hash = $3',
    [key.bookId, key.chain, txHash],
  )
  return row && units(row.fee_units)
}

/** Brings a transaction that was dropped back into the mempool. */
export async function waitAgain(dbTx: DbTx, key: ChainKey, txHash: string): Promise<void> {
  await dbTx.query(
    `update simulated_tx set state = 'waiting', height = null
     where book_id = $1 and chain = $2 and tx_hash = $3 and state = 'dropped'`,
    [key.bookId, key.chain, txHash],
  )
}

/** The height of a mined transaction, and its state. */
export async function standingOf(
  db: Queryable,
  key: ChainKey,
  txHash: string,
): Promise<Readonly<{ state: string; height: number | null }> | undefined> {
  const rows = await db.query<Readonly<{ state: string; height: number | null }>>(
    'select state, height from simulated_tx where book_id = $1 and chain = $2 and tx_hash = $3',
    [key.bookId, key.chain, txHash],
  )
  return rows[0]
}
