import { z } from 'zod'

/** What happened in a block: in an extrinsic, or by the runtime itself. */
export type RuntimeEvent = z.infer<typeof SomeEvent>

/** Who signed an extrinsic, and its outermost call. */
export type WaitingCall = z.infer<typeof SomeExtrinsic>

const Variant = z.looseObject({ type: z.string(), value: z.unknown() })

/** An event, of whatever pallet. */
const SomeEvent = z.object({
  phase: Variant,
  event: z.object({ type: z.string(), value: Variant }),
})

/** A block's events. */
export const SomeEvents = z.array(SomeEvent)

/** A signed extrinsic, whatever it calls; an account is its SS58 text. */
export const SomeExtrinsic = z.object({
  address: z.object({ type: z.literal('Id'), value: z.string() }),
  call: z.object({ type: z.string(), value: Variant }),
})

/** `Balances.Transfer`. */
export const TransferEvent = z.object({ from: z.string(), to: z.string(), amount: z.bigint() })

/** `Balances.Minted` and `Balances.Deposit`. */
export const ArrivalEvent = z.object({ who: z.string(), amount: z.bigint() })

/** `TransactionPayment.TransactionFeePaid`; the fee has the tip in it. */
export const FeeEvent = z.object({ actual_fee: z.bigint() })

/** The arguments of a call that transfers an amount. */
export const TransferCall = z.object({
  dest: z.object({ type: z.literal('Id'), value: z.string() }),
  value: z.bigint(),
})

/** In which extrinsic of its block something happened; undefined when in none. */
export function extrinsicOf({ phase }: RuntimeEvent): number | undefined {
  return phase.type === 'ApplyExtrinsic' ? z.int().parse(phase.value) : undefined
}
