import type { Executed, StandInBlock } from './chain.ts'
import type { StandInTx } from './transaction.ts'

/** A block as the API shows it. */
export const showBlock = (block: StandInBlock) => ({
  canonical: true,
  height: block.height,
  hash: block.hash,
  index_block_hash: block.indexHash,
  parent_index_block_hash: block.parentIndexHash,
  tx_count: block.txs.length,
})

const showTx = (tx: StandInTx) => ({
  tx_id: tx.txId,
  tx_type: tx.type,
  nonce: Number(tx.nonce),
  fee_rate: `${tx.fee}`,
  sender_address: tx.sender,
  sponsored: false,
  ...(tx.type === 'token_transfer' ? { token_transfer: showTransfer(tx) } : {}),
})

const showTransfer = ({ moves: [move] }: StandInTx) => ({
  recipient_address: move?.to,
  amount: `${move?.amount}`,
  memo: `0x${'00'.repeat(34)}`,
})

/** A transaction that waits, as the API shows it. */
export const showWaiting = (tx: StandInTx) => ({ ...showTx(tx), tx_status: 'pending' })

/** A transaction in a block, as the API shows it: with a log of its contract before the rest. */
export function showMined({
  block,
  executed: { tx, status, moves },
}: Readonly<{ block: StandInBlock; executed: Executed }>) {
  const log = { event_type: 'smart_contract_log', tx_id: tx.txId }
  const transfers = moves.map(({ to, amount }) => ({
    event_type: 'stx_asset',
    tx_id: tx.txId,
    asset: {
      asset_event_type: 'transfer',
      sender: tx.sender,
      recipient: to,
      amount: `${amount}`,
    },
  }))
  const all = tx.type === 'contract_call' ? [log, ...transfers] : transfers
  const events = all.map((event, event_index) => ({ event_index, ...event }))
  return {
    ...showTx(tx),
    tx_status: status,
    canonical: true,
    block_hash: block.hash,
    block_height: block.height,
    event_count: events.length,
    events,
  }
}
