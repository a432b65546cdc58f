import type { Event, MinedTx } from './answers.ts'

/** microSTX that came to an address. */
export type Move = Readonly<{
  txHash: string
  index: string
  from: string | undefined
  to: string
  amount: bigint
}>

type PlainTx = Pick<MinedTx, 'tx_id' | 'tx_status' | 'sender_address' | 'token_transfer'>

/** What a plain transfer moved; nothing for any other transaction, and for one that failed. */
export function movesOf(tx: PlainTx): readonly Move[] {
  const { token_transfer: transfer, sender_address: from } = tx
  if (transfer === undefined || tx.tx_status !== 'success' || transfer.amount === 0n) return []
  const { recipient_address: to, amount } = transfer
  return from === to ? [] : [{ txHash: tx.tx_id, index: 'value', from, to, amount }]
}

/**
 * What a contract moved, by its events: transfers of STX, in the order in which they happened.
 * Coins that are made (a miner's reward) are no transfer.
 */
export function movesOfEvents(
  { tx_id: txHash }: Pick<MinedTx, 'tx_id'>,
  events: readonly Event[],
): readonly Move[] {
  const inOrder = events.toSorted((a, b) => a.event_index - b.event_index)
  const transfers = inOrder.flatMap(({ event_type: type, asset }) =>
    type === 'stx_asset' && asset?.asset_event_type === 'transfer' ? [asset] : [],
  )
  return transfers.flatMap(({ sender, recipient, amount = 0n }, place) => {
    if (recipient === undefined || recipient === sender || amount === 0n) return []
    return [{ txHash, index: `internal:${place}`, from: sender, to: recipient, amount }]
  })
}
