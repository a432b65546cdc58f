import {
  ArrivalEvent,
  extrinsicOf,
  FeeEvent,
  TransferCall,
  TransferEvent,
  type RuntimeEvent,
  type WaitingCall,
} from './decoded.ts'

/** Planck that came to an address. */
export type Move = Readonly<{
  /** The place of its extrinsic in the block; absent where the runtime itself moved it. */
  extrinsic: number | undefined
  index: string
  from: string | undefined
  to: string
  amount: bigint
}>

const is = ({ event }: RuntimeEvent, pallet: string, name: string): boolean =>
  event.type === pallet && event.value.type === name

/**
 * What a block moved. Transfers count in extrinsics that succeeded, and so do coins that are minted
 * there (an asset claimed from another chain); a deposit there is a fee that comes back. What the
 * runtime does by itself, between extrinsics, are arrivals from other chains: transfers, mints and
 * deposits.
 */
export function movesOf(events: readonly RuntimeEvent[]): readonly Move[] {
  const succeeded = new Set(
    events.flatMap((one) => (is(one, 'System', 'ExtrinsicSuccess') ? [extrinsicOf(one)] : [])),
  )
  const counts = new Map<number | undefined, number>()
  return events.flatMap((one) => {
    const extrinsic = extrinsicOf(one)
    const move = moveOf(one, extrinsic === undefined)
    if (move === undefined) return []
    const place = counts.get(extrinsic) ?? 0
    counts.set(extrinsic, place + 1)
    const counted = extrinsic === undefined || succeeded.has(extrinsic)
    if (!counted || move.amount === 0n || move.from === move.to) return []
    const index = extrinsic === undefined ? `hook:${place}` : `transfer:${place}`
    return [{ extrinsic, index, ...move }]
  })
}

type Coins = Pick<Move, 'from' | 'to' | 'amount'>

function moveOf(one: RuntimeEvent, isByRuntime: boolean): Coins | undefined {
  const { value } = one.event.value
  if (is(one, 'Balances', 'Transfer')) return TransferEvent.parse(value)
  const arrives = is(one, 'Balances', 'Minted') || (isByRuntime && is(one, 'Balances', 'Deposit'))
  if (!arrives) return undefined
  const { who, amount } = ArrivalEvent.parse(value)
  return { from: undefined, to: who, amount }
}

/** What an extrinsic's events say of it; undefined when they are not all there. */
export function outcomeOf(
  events: readonly RuntimeEvent[],
  extrinsic: number,
): Readonly<{ succeeded: boolean; fee: bigint }> | undefined {
  const own = events.filter((one) => extrinsicOf(one) === extrinsic)
  const succeeded = own.some((one) => is(one, 'System', 'ExtrinsicSuccess'))
  const failed = own.some((one) => is(one, 'System', 'ExtrinsicFailed'))
  const paid = own.find((one) => is(one, 'TransactionPayment', 'TransactionFeePaid'))
  if (succeeded === failed || paid === undefined) return undefined
  return { succeeded, fee: FeeEvent.parse(paid.event.value.value).actual_fee }
}

const PLAIN = ['transfer_keep_alive', 'transfer_allow_death']

/** What a plain transfer will move; undefined for every other call. */
export function moveOfCall({ address, call }: WaitingCall): Move | undefined {
  if (call.type !== 'Balances' || !PLAIN.includes(call.value.type)) return undefined
  const transfer = TransferCall.safeParse(call.value.value).data
  if (transfer === undefined || transfer.value === 0n) return undefined
  const [from, to] = [address.value, transfer.dest.value]
  if (from === to) return undefined
  return { extrinsic: undefined, index: 'transfer:0', from, to, amount: transfer.value }
}
