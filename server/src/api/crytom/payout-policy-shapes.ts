import { z } from 'zod'
import { PolicyText } from '../../payouts/policy-text.ts'
import { timeText } from './payment-shapes.ts'

// The payout policy on the wire.

/** A change of the payout policy. */
export const PolicyChange = z.strictObject({
  id: z.string().meta({ examples: ['polc_01K9'] }),
  state: z.enum(['proposed', 'waiting', 'in_force', 'canceled']),
  policy: PolicyText,
  proposed_by: z.string().describe('The API key that proposed it; it cannot approve it.'),
  approvers: z.int().describe('How many approver keys must approve it.'),
  approved_by: z.array(z.string()),
  problem: z.string().nullable(),
  created_at: timeText,
  effective_at: timeText.nullable().describe('When it takes effect, once it is approved.'),
  ended_at: timeText.nullable(),
})

/** A listed destination. */
export const Destination = z.strictObject({
  id: z.string().meta({ examples: ['dest_01K9'] }),
  network: z.string(),
  address: z.string(),
  label: z.string().nullable(),
  added_by: z.string(),
  created_at: timeText,
  usable_at: timeText.describe('From when on money may go there.'),
})
