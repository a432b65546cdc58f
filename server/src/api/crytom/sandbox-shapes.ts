import { z } from 'zod'
import type { ErrorCode } from '../../errors/catalogue.ts'

// What the sandbox's routes have in common.

/** Most blocks that one request mines. */
export const BLOCKS_MAX = 1_000

const name = z.string().min(1).max(200)

/** A network in a request. */
export const networkName = name.meta({
  examples: ['BSC'],
  description: 'Name or alias of a network.',
})

/** An address in a request; the chain says whether it is one. */
export const addressText = name

/** A currency in a request. */
export const currencyName = name.meta({ examples: ['USDT'] })

/** A chain transaction in a request. */
export const txHashText = name.meta({ description: 'As the chain writes it.' })

/** Every route of the sandbox is a POST for keys of the sandbox alone. */
export const sandboxPost = { method: 'POST', tag: 'Sandbox', sandboxOnly: true } as const

/** Refusals of a route that names a network. */
export const chainErrors: readonly ErrorCode[] = [
  'sandbox.test_key_needed',
  'sandbox.chain_not_playable',
  'money.unknown_network',
  'money.ambiguous_network',
]

/** Refusals of a route that names a currency and an amount. */
export const assetErrors: readonly ErrorCode[] = [
  ...chainErrors,
  'money.unknown_currency',
  'money.currency_not_on_network',
  'money.amount_too_precise',
  'money.amount_out_of_range',
]
