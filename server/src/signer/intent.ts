import { z } from 'zod'
import { assetById, networkByChain } from '../money/registry.ts'
import { units } from '../money/units.ts'

/** Keys of one transaction at most; as many payments. */
const LIST_MAX = 200

const address = z.string().min(1).max(120)
const key = z.strictObject({ path: z.string().max(100), address })
const above0 = z
  .string()
  .regex(/^[1-9]\d{0,77}$/, 'whole units above 0, as decimal text, are expected')
  .transform((text) => units(BigInt(text)))

const network = z.string().transform((text, context) => {
  const found = networkByChain(text)
  if (found !== undefined) return found
  context.addIssue('no network of the registry has this CAIP-2 id')
  return z.NEVER
})

const asset = z.string().transform((text, context) => {
  const found = assetById(text)
  if (found !== undefined) return found
  context.addIssue('no asset of the registry has this CAIP-19 id')
  return z.NEVER
})

const payment = z.strictObject({
  to: address,
  asset,
  /** `all`: whatever the sender then holds; to addresses of ours only. */
  units: z.union([z.literal('all'), above0]),
  /** Where the signer derives the key of `to` from, when that is an address of ours. */
  path: z.string().max(100).optional(),
  /** What is paid: it is signed for one intent, and for no other. */
  name: z
    .string()
    .regex(/^[\x21-\x7e]{1,120}$/)
    .optional(),
})

/** Names what is paid for; the same one is never paid twice. */
export const intentId = z.string().regex(/^[\x21-\x7e]{1,120}$/)

/** What a transaction is to do, as the one who asks for the signature says it. */
export const intentSchema = z
  .strictObject({
    id: intentId,
    kind: z.string().regex(/^[a-z_]{1,32}$/),
    chain: network,
    /** It is one of a sandbox's chain, which no real chain could read. */
    simulated: z.boolean().default(false),
    /** Which of Bitcoin's networks, whose addresses are written in different ways. */
    network: z.enum(['mainnet', 'testnet', 'signet', 'regtest']).default('mainnet'),
    keys: z.array(key).min(1).max(LIST_MAX),
    payments: z.array(payment).max(LIST_MAX),
    change: key.optional(),
    /** The address of ours for whose sweeps something is put in place, in the stead of payments. */
    setup: key.optional(),
    /** In the native asset's units. */
    feeMax: z
      .string()
      .regex(/^(0|[1-9]\d{0,77})$/)
      .transform((text) => units(BigInt(text))),
    /** Epoch ms after which it is not signed any more. */
    expires: z.int().min(0).optional(),
  })
  .refine(
    ({ payments, setup, change }) =>
      setup === undefined ? payments.length > 0 : payments.length === 0 && change === undefined,
    'payments, or a setup and nothing else, are expected',
  )

/** See `intentSchema`. */
export type Intent = z.infer<typeof intentSchema>

/** One payment of an intent. */
export type IntentPayment = Intent['payments'][number]

/** A request for a signature. */
export const signSchema = z.strictObject({
  op: z.literal('sign'),
  intent: intentSchema,
  unsigned: z
    .string()
    .regex(/^([0-9a-f]{2})+$/)
    .transform((text) => Uint8Array.from(Buffer.from(text, 'hex'))),
  /** The second factor, where the policy asks for it. */
  code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
})

/** See `signSchema`. */
export type SignRequest = z.infer<typeof signSchema>
