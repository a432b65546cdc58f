import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { confirmationPolicies, setConfirmationPolicy } from '../../custody/change-policy.action.ts'
import { appendEvent } from '../../events/append-event.ts'
import { amountSchema } from '../../money/amount-schema.ts'
import { resolveAsset } from '../../money/alias.ts'
import { formatUnits, parseUnits } from '../../money/amount.ts'
import { knownAsset } from '../../money/registry.ts'
import type { AssetId, Units } from '../../money/units.ts'
import { route } from '../route.ts'
import { line } from './payment-shapes.ts'
import { ConfirmationPolicy } from './settings-shapes.ts'

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
  reply: { 200: z.array(ConfirmationPolicy) },
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
  reply: { 200: ConfirmationPolicy },
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
    const [before] = (await confirmationPolicies(dbTx, book)).filter((one) => one.asset === asset)
    const settled = await setConfirmationPolicy(ctx, dbTx, { book, policy })
    const data = policyOnWire(settled)
    if (isDeepStrictEqual(before, settled)) return { status: 200, data }
    // Custody lies below the events: whoever changes its settings tells of it.
    const type = 'settings.confirmations_changed'
    const objectId = `settings:confirmations:${asset}`
    await appendEvent(ctx, dbTx, { book, type, objectId, object: data })
    return { status: 200, data }
  },
})
