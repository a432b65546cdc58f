import { assetId } from '../../money/caip.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { ChainKey } from './chain-state.ts'

/** One amount that a simulated transaction moves. */
export type SimulatedTransfer = Readonly<{
  index: string
  asset: AssetId
  from: string
  to: string
  units: Units
}>

/** A simulated transaction as it is submitted. */
export type SimulatedTx = Readonly<{
  txHash: string
  number: number
  replaceable: boolean
  phantom: boolean
  transfers: readonly SimulatedTransfer[]
}>

/** Where a transaction stands. */
export type TxState = 'waiting' | 'mined' | 'replaced' | 'dropped'

/** Puts a transaction into the mempool. */
export async function insertTx(dbTx: DbTx, key: ChainKey, tx: SimulatedTx): Promise<void> {
  await dbTx.query(
    `insert into simulated_tx (book_id, chain, tx_hash, number, state, replaceable, phantom)
     values ($1, $2, $3, $4, 'waiting', $5, $6)`,
    [key.bookId, key.chain, tx.txHash, tx.number, tx.replaceable, tx.phantom],
  )
  await dbTx.query(
    `insert into simulated_transfer
       (book_id, chain, tx_hash, index, line, asset, from_address, to_address, units)
     select $1, $2, $3, * from unnest
       ($4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::numeric[])`,
    [
      key.bookId,
      key.chain,
      tx.txHash,
      tx.transfers.map((one) => one.index),
      tx.transfers.map((_, line) => line),
      tx.transfers.map((one) => one.asset),
      tx.transfers.map((one) => one.from),
      tx.transfers.map((one) => one.to),
      tx.transfers.map((one) => one.units),
    ],
  )
}

/**
 * Puts what waits into the block at `height`.
 *
 * @param patient also what pays too little to be taken by blocks that come by themselves
 * @param spends the senders' transactions that can be mined; every other one of theirs waits on
 */
export async function mineWaiting(
  dbTx: DbTx,
  key: ChainKey,
  block: Readonly<{ height: number; patient: boolean; spends: readonly string[] }>,
): Promise<void> {
  await dbTx.query(
    `update simulated_tx set state = 'mined', height = $3
     where book_id = $1 and chain = $2 and state = 'waiting' and ($4 or not replaceable)
       and (tx_hash = any($5::text[]) or not exists (select 1 from simulated_spend s
         where s.book_id = $1 and s.chain = $2 and s.tx_hash = simulated_tx.tx_hash))`,
    [key.bookId, key.chain, block.height, block.patient, block.spends],
  )
}

/** Takes transactions from the mempool or from the blocks above `below`, for good. */
export async function dropTxs(
  dbTx: DbTx,
  key: ChainKey,
  drop: Readonly<{ txHashes: readonly string[]; below: number }>,
): Promise<readonly string[]> {
  const rows = await dbTx.query<{ tx_hash: string }>(
    `update simulated_tx set state = 'dropped', height = null
     where book_id = $1 and chain = $2 and tx_hash = any($3::text[])
       and (state = 'waiting' or (state = 'mined' and height > $4))
     returning tx_hash`,
    [key.bookId, key.chain, drop.txHashes, drop.below],
  )
  return rows.map((row) => row.tx_hash)
}

/** Mines what stood in the replaced blocks again, each one block later where there is one. */
export async function mineAgain(
  dbTx: DbTx,
  key: ChainKey,
  blocks: Readonly<{ from: number; tip: number }>,
): Promise<void> {
  await dbTx.query(
    `update simulated_tx set height = least(height + 1, $4)
     where book_id = $1 and chain = $2 and state = 'mined' and height >= $3`,
    [key.bookId, key.chain, blocks.from, blocks.tip],
  )
}

/** Marks a waiting transaction as replaced by another. */
export async function markReplaced(
  dbTx: DbTx,
  key: ChainKey,
  by: Readonly<{ txHash: string; replacedBy: string }>,
): Promise<void> {
  await dbTx.query(
    `update simulated_tx set state = 'replaced', replaced_by = $4
     where book_id = $1 and chain = $2 and tx_hash = $3`,
    [key.bookId, key.chain, by.txHash, by.replacedBy],
  )
}

/** Whether a transaction was ever submitted to a chain. */
export async function isKnownTx(db: Queryable, key: ChainKey, txHash: string): Promise<boolean> {
  const rows = await db.query(
    'select 1 as known from simulated_tx where book_id = $1 and chain = $2 and tx_hash = $3',
    [key.bookId, key.chain, txHash],
  )
  return rows.length > 0
}

/** A transaction with its transfers in order; absent: it was never submitted here. */
export async function readTx(
  db: Queryable,
  key: ChainKey,
  txHash: string,
): Promise<Readonly<{ tx: SimulatedTx; state: TxState }> | undefined> {
  const params = [key.bookId, key.chain, txHash]
  const [row] = await db.query<{
    number: number
    state: TxState
    replaceable: boolean
    phantom: boolean
  }>(
    `select number, state, replaceable, phantom from simulated_tx
     where book_id = $1 and chain = $2 and tx_hash = $3`,
    params,
  )
  if (row === undefined) return undefined
  const { state, ...rest } = row
  const transfers = await db.query<TransferRow>(
    `select index, asset, from_address, to_address, units from simulated_transfer
     where book_id = $1 and chain = $2 and tx_hash = $3 order by line`,
    params,
  )
  return { state, tx: { txHash, ...rest, transfers: transfers.map(transferOf) } }
}

/** Columns of `simulated_transfer` as they come. */
export type TransferRow = Readonly<{
  index: string
  asset: string
  from_address: string
  to_address: string
  units: bigint
}>

/** The transfer that a row holds. */
export const transferOf = (row: TransferRow): SimulatedTransfer => ({
  index: row.index,
  asset: assetId(row.asset),
  from: row.from_address,
  to: row.to_address,
  units: units(row.units),
})
