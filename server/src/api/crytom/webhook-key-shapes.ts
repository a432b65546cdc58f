import { z } from 'zod'
import { timeText } from './payment-shapes.ts'

/** The public half of a key that signs messages. */
export const WebhookKey = z.strictObject({
  id: z.string().meta({ examples: ['whk_01K9'] }),
  algorithm: z.enum(['ed25519']),
  public_key: z.string().meta({
    description: 'As Standard Webhooks writes it: `whpk_` and base64 of its 32 bytes.',
    examples: ['whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
  }),
  created_at: timeText,
  retires_at: timeText.nullable().describe('When it ceases to sign beside the one after it.'),
})

/** The keys that sign now, and where they are without a key of the API. */
export const WebhookKeys = z.strictObject({
  jwks_url: z.string().describe('The same keys as a JSON Web Key Set; it needs no key.'),
  keys: z.array(WebhookKey).describe('The current one first; two during a rotation.'),
})
