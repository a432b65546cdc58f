import { units } from '../../money/units.ts'
import type { ChainTransfer } from '../contract.ts'
import { checksummed } from './address.ts'
import type { Block, Log, Receipt, Transaction } from './answers.ts'
import type { AssetTable } from './assets.ts'
import { isTransferLog, moveOfLog } from './erc20.ts'
import type { InternalMove } from './internal-moves.ts'

/** All that moves anything in one block, before we know whose it is. */
export type Sighting = Readonly<{
  block: Block
  /** Transfer logs of our tokens. */
  logs: readonly Log[]
  /** What contracts moved, by transaction; empty where the node does not trace. */
  moves: ReadonlyMap<string, readonly InternalMove[]>
}>

/** Our addresses among those of a block: lower case to canonical form. */
export type Mine = ReadonlyMap<string, string>

/** Every address that a block pays, in lower case. */
export function recipients({ block, logs, moves }: Sighting): ReadonlySet<string> {
  const natives = block.transactions.flatMap((tx) => (tx.value > 0n && tx.to ? [tx.to] : []))
  const tokens = logs.flatMap((log) => moveOfLog(log)?.to ?? [])
  const internals = Array.from(moves.values()).flatMap((list) => list.map((move) => move.to))
  return new Set([...natives, ...tokens, ...internals])
}

/** The transactions whose receipts tell what came to us. */
export function touching({ block, logs }: Sighting, mine: Mine): readonly Transaction[] {
  const isMine = (address: string | null | undefined): boolean => !!address && mine.has(address)
  const paid = new Set(
    logs.filter((log) => isMine(moveOfLog(log)?.to)).map((log) => log.transactionHash),
  )
  return block.transactions.filter((tx) => (tx.value > 0n && isMine(tx.to)) || paid.has(tx.hash))
}

/**
 * What arrived at our addresses in a block, in its order. A transaction that failed moved nothing,
 * and what an address sends to itself does not arrive. Tokens are read off the receipts alone: the
 * logs of a range only told which receipts to read.
 *
 * @param receipts of the transactions that `touching` named, by hash
 */
export function transfersOf(
  { block, moves }: Sighting,
  to: Readonly<{ mine: Mine; receipts: ReadonlyMap<string, Receipt> }>,
  assets: AssetTable,
): readonly ChainTransfer[] {
  const found = { height: block.number, hash: block.hash }
  return block.transactions.flatMap((tx) => {
    const receipt = to.receipts.get(tx.hash)
    const succeeded = receipt !== undefined && receipt.status === 1n
    const arrivals = [
      ...(succeeded ? [valueArrival(tx, assets)] : []),
      ...(succeeded ? logArrivals(receipt, assets) : []),
      ...internalArrivals(moves.get(tx.hash) ?? [], assets),
    ]
    return arrivals.flatMap((arrival) => {
      const address = to.mine.get(arrival.to)
      if (address === undefined || arrival.value === 0n || arrival.from === arrival.to) return []
      return {
        txHash: tx.hash,
        index: arrival.index,
        from: checksummed(arrival.from),
        to: address,
        asset: arrival.asset,
        units: units(arrival.value),
        block: found,
      }
    })
  })
}

type Arrival = Readonly<{ from: string; to: string; value: bigint }> &
  Pick<ChainTransfer, 'index' | 'asset'>

const valueArrival = (tx: Transaction, { native }: AssetTable): Arrival => ({
  from: tx.from,
  to: tx.to ?? '',
  value: tx.value,
  index: 'value',
  asset: native,
})

/**
 * Logs are counted among all Transfer logs of the transaction, of whatever contract: neither
 * another block nor a longer list of tokens changes the number.
 */
const logArrivals = (receipt: Receipt, { tokens }: AssetTable): readonly Arrival[] =>
  receipt.logs.filter(isTransferLog).flatMap((log, position) => {
    const token = tokens.get(log.address)
    const move = moveOfLog(log)
    if (token === undefined || move === undefined) return []
    return { ...move, index: `log:${position}`, asset: token.id }
  })

const internalArrivals = (
  moves: readonly InternalMove[],
  { native }: AssetTable,
): readonly Arrival[] =>
  moves.map((move) => ({ ...move, index: `internal:${move.position}`, asset: native }))
