import { z } from 'zod'
import { confirmationPolicies, setConfirmationPolicy } from '../../custody/change-policy.action.ts'
import { amountSchema } from '../../money/amount-schema.ts'
import { resolveAsset } from '../../money/alias.ts'
import { formatUnits, parseUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import type { AssetId, Units } from '../../money/units.ts'
import { route } from '../route.ts'
import { line } from './payment-shapes.ts'

const Policy = z.strictObject({
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  asset: z.string().describe('CAIP-19.'),
  confirmed_below: z.string().meta({
    description: 'Less than this is credited in any block.',
    examples: ['100'],
  }),
  safe_below: z.string().meta({
    description: 'Less than this is credited when its block is safe; the rest when it is final.',
    examples: ['1000'],
  }),
})

const policyOnWire = (policy: {
  readonly asset: AssetId
  readonly confirmedBelow: Units
  readonly safeBelow: Units
}) => {
  const { currency, network, id, decimals } = knownAsset(policy.asset)
  return {
    currency,
    network,
    asset: id,
    confirmed_below: formatUnits(policy.confirmedBelow, decimals),
    safe_below: formatUnits(policy.safeBelow, decimals),
  }
}

/** `GET /v1/settings/confirmations` */
export const listConfirmations = route({
  method: 'GET',
  path: '/v1/settings/confirmations',
  summary: 'List when deposits are credited',
  description: 'What is not listed is credited when the chain calls it final.',
  tag: 'Settings',
  reply: { 200: z.array(Policy) },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: (await confirmationPolicies(ctx.db, book)).map(policyOnWire),
  }),
})

/** `PUT /v1/settings/confirmations` */
export const changeConfirmations = route({
  method: 'PUT',
  path: '/v1/settings/confirmations',
  summary: 'Change when deposits are credited',
  description:
    'Small amounts may be credited before the chain calls them final; `0` for both ends that. A fork that takes such a deposit back takes the credit back, and what was spent of it meanwhile is your loss.',
  tag: 'Settings',
  body: z.strictObject({
    currency: line(200).meta({ examples: ['USDT'] }),
    network: line(200)
      .optional()
      .meta({ examples: ['BSC'] }),
    confirmed_below: amountSchema,
    safe_below: amountSchema.optional().describe('Absent: the same as `confirmed_below`.'),
  }),
  example: { currency: 'USDT', network: 'BSC', confirmed_below: '100', safe_below: '1000' },
  reply: { 200: Policy },
  errors: [
    'money.unknown_currency',
    'money.unknown_network',
    'money.ambiguous_network',
    'money.currency_not_on_network',
    'money.amount_too_precise',
    'money.amount_out_of_range',
    'custody.policy_contradicts_itself',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, body }) => {
    const { id: asset, decimals } = resolveAsset(body)
    const confirmedBelow = parseUnits(body.confirmed_below, decimals)
    const safeBelow =
      body.safe_below === undefined ? undefined : parseUnits(body.safe_below, decimals)
    const policy = { asset, confirmedBelow, safeBelow }
    const settled = await setConfirmationPolicy(ctx, dbTx, { book, policy })
    return { status: 200, data: policyOnWire(settled) }
  },
})
