import { z } from 'zod'
import type { Payment } from '../../chains/contract-sending.ts'
import { assetId } from '../../money/caip.ts'
import { units } from '../../money/units.ts'
import type { OutgoingRequest } from './outgoing.ts'

const Amount = z.string().transform((text) => units(BigInt(text)))
const Key = z.object({ path: z.string(), address: z.string() })
const Paid = z.object({
  to: z.string(),
  asset: z.string().transform((text) => assetId(text)),
  units: Amount,
  path: z.string().optional(),
  name: z.string().optional(),
})

const Stored = z.object({
  from: z.tuple([Key], Key),
  payments: z.tuple([Paid], Paid),
  change: Key.optional(),
  feePayer: Key.optional(),
  everything: z.boolean().optional(),
  setup: z.boolean().optional(),
  paidMax: Amount.optional(),
  speed: z.enum(['slow', 'normal', 'fast']),
  feeMax: Amount,
})

/** A request as it is stored: amounts as texts, and nothing that is known when it is built. */
export function requestToJson(request: OutgoingRequest): object {
  const { payments, paidMax, feeMax, inFlight: _, reuse: __, ...rest } = request
  const written = payments.map((one) => ({ ...one, units: `${one.units}` }))
  const held = paidMax === undefined ? {} : { paidMax: `${paidMax}` }
  return { ...rest, ...held, payments: written, feeMax: `${feeMax}` }
}

/** The request that was stored. @throws Error for what we did not write */
export function requestFromJson(json: unknown): OutgoingRequest {
  const { change, feePayer, everything, setup, paidMax, payments, ...rest } = Stored.parse(json)
  const [first, ...more] = payments
  return {
    ...rest,
    payments: [paidOf(first), ...more.map(paidOf)],
    ...(change === undefined ? {} : { change }),
    ...(feePayer === undefined ? {} : { feePayer }),
    ...(everything === undefined ? {} : { everything }),
    ...(setup === undefined ? {} : { setup }),
    ...(paidMax === undefined ? {} : { paidMax }),
  }
}

const paidOf = ({ path, name, ...rest }: z.infer<typeof Paid>): Payment => ({
  ...rest,
  ...(path === undefined ? {} : { path }),
  ...(name === undefined ? {} : { name }),
})
