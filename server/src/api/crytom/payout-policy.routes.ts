import { z } from 'zod'
import { amountSchema, wholeNumberSchema } from '../../money/amount-schema.ts'
import {
  approveChange,
  cancelChange,
  proposePolicy,
  viewPolicy,
} from '../../payouts/change-policy.action.ts'
import {
  addDestination,
  listDestinations,
  removeDestination,
} from '../../payouts/destinations.action.ts'
import { PolicyText, readPolicy } from '../../payouts/policy-text.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line, timeText } from './payment-shapes.ts'
import { Destination, PolicyChange } from './payout-policy-shapes.ts'

const Policy = z.strictObject({
  version: z.int().describe('0: the policy of new organizations.'),
  ...PolicyText.shape,
  in_force_since: timeText.nullable(),
  change: PolicyChange.nullable().describe('The change that is to be decided or waits.'),
})

const hours = wholeNumberSchema({ min: 0, max: 720 })

const wanted = z.strictObject({
  limits: z
    .array(
      z.strictObject({
        per: z.enum(['payout', 'hour', 'day']),
        from_usd: amountSchema,
        then: z.enum(['approval', 'refuse']),
      }),
    )
    .max(20)
    .describe('From these dollars on, for one payout or all of the hour or day before it.'),
  approvers: wholeNumberSchema({ min: 0, max: 10 }).describe(
    'How many approver keys must approve; who asks is never one of them.',
  ),
  listed_only: z
    .array(z.enum(['payout', 'withdrawal', 'refund']))
    .max(3)
    .describe('Kinds that may go to listed destinations only.'),
  cooldown_hours: hours.describe('How long a destination is listed before it is usable.'),
  change_delay_hours: hours.describe('How long an approved change of this policy waits.'),
})

/** `GET /v1/payout-policy` */
export const getPayoutPolicy = route({
  method: 'GET',
  path: '/v1/payout-policy',
  summary: 'Read the payout policy',
  tag: 'Payout policy',
  reply: { 200: Policy },
  handle: async (ctx, { principal: { book } }) => ({
    status: 200,
    data: await viewPolicy(ctx.db, book),
  }),
})

/** `PUT /v1/payout-policy` */
export const proposePayoutPolicy = route({
  method: 'PUT',
  path: '/v1/payout-policy',
  summary: 'Propose another payout policy',
  description:
    'It takes the place of the one in force when as many approvers have approved it as that one wants, and its delay is over.',
  tag: 'Payout policy',
  body: wanted,
  example: {
    limits: [
      { per: 'payout', from_usd: '10000', then: 'approval' },
      { per: 'day', from_usd: '100000', then: 'refuse' },
    ],
    approvers: 1,
    listed_only: ['payout'],
    cooldown_hours: 24,
    change_delay_hours: 24,
  },
  reply: { 202: PolicyChange },
  errors: [
    'payouts.payout_policy_invalid',
    'payouts.policy_quorum_too_large',
    'payouts.policy_change_open',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book, keyId }, body }) => {
    const policy = readPolicy(body)
    return { status: 202, data: await proposePolicy(ctx, dbTx, { book, policy, keyId }) }
  },
})

/** `POST /v1/payout-policy/changes/:id/approve` */
export const approvePolicyChange = route({
  method: 'POST',
  path: '/v1/payout-policy/changes/:id/approve',
  summary: 'Approve a change of the policy',
  description: 'With an approver key other than the one that proposed it.',
  tag: 'Payout policy',
  params: idParams,
  reply: { 200: PolicyChange },
  errors: [
    'payouts.policy_change_unknown',
    'payouts.policy_change_ended',
    'payouts.not_an_approver',
    'payouts.initiator_cannot_approve',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book, keyId }, params: { id } }) => ({
    status: 200,
    data: await approveChange(ctx, dbTx, { book, id, keyId }),
  }),
})

/** `POST /v1/payout-policy/changes/:id/cancel` */
export const cancelPolicyChange = route({
  method: 'POST',
  path: '/v1/payout-policy/changes/:id/cancel',
  summary: 'Cancel a change of the policy',
  tag: 'Payout policy',
  params: idParams,
  reply: { 200: PolicyChange },
  errors: [
    'payouts.policy_change_unknown',
    'payouts.policy_change_ended',
    'payouts.not_an_approver',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book, keyId }, params: { id } }) => ({
    status: 200,
    data: await cancelChange(ctx, dbTx, { book, id, keyId }),
  }),
})

/** `GET /v1/payout-destinations` */
export const listPayoutDestinations = route({
  method: 'GET',
  path: '/v1/payout-destinations',
  summary: 'List destinations',
  tag: 'Payout policy',
  query: z.strictObject(pageQuery),
  reply: { 200: z.array(Destination) },
  errors: ['payouts.destination_place_unknown'],
  handle: async (ctx, { principal: { book }, query }) => {
    const { items, total, next } = await listDestinations(ctx.db, book, query)
    return { status: 200, data: items, pagination: pagination(query, total, next) }
  },
})

/** `POST /v1/payout-destinations` */
export const addPayoutDestination = route({
  method: 'POST',
  path: '/v1/payout-destinations',
  summary: 'Add a destination',
  description: 'It is usable when the cool-down of the policy is over. Listed before: 200.',
  tag: 'Payout policy',
  body: z.strictObject({
    network: line(200).meta({ examples: ['TRC20'] }),
    address: line(200),
    label: line(200).optional(),
  }),
  example: { network: 'TRC20', address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8', label: 'Supplier' },
  reply: { 200: Destination, 201: Destination },
  errors: [
    'money.unknown_network',
    'money.ambiguous_network',
    'payouts.destination_invalid',
    'payouts.destination_network_unused',
  ],
  handleInDbTx: async (ctx, dbTx, { principal: { book, keyId }, body }) => {
    const asked = { book, keyId, ...body, label: body.label }
    const { isNew, view } = await addDestination(ctx, dbTx, asked)
    return { status: isNew ? 201 : 200, data: view }
  },
})

/** `DELETE /v1/payout-destinations/:id` */
export const removePayoutDestination = route({
  method: 'DELETE',
  path: '/v1/payout-destinations/:id',
  summary: 'Remove a destination',
  tag: 'Payout policy',
  params: idParams,
  reply: { 200: Destination },
  errors: ['payouts.payout_destination_unknown'],
  handleInDbTx: async (ctx, dbTx, { principal: { book }, params: { id } }) => ({
    status: 200,
    data: await removeDestination(ctx, dbTx, { book, id }),
  }),
})
