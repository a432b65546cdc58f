import { z } from 'zod'
import { timeText } from './payment-shapes.ts'

// Webhook endpoints on the wire.

/** What signs what an endpoint gets. */
export const signatureKind = z
  .enum(['hmac', 'ed25519'])
  .describe(
    '`hmac`: a secret that the receiver shares; `ed25519`: your webhook keys, whose public halves `GET /v1/webhook-keys` shows.',
  )

const endpoint = {
  id: z.string().meta({ examples: ['whe_01K9'] }),
  url: z.string().meta({ examples: ['https://shop.example/hooks/coffer'] }),
  events: z.array(z.string()).readonly(),
  description: z.string(),
  status: z.enum(['enabled', 'disabled']),
  disabled_reason: z
    .enum(['asked', 'failing'])
    .nullable()
    .describe('`asked`: you disabled it; `failing`: for days it acknowledged nothing.'),
  disabled_at: timeText.nullable(),
  failing_since: timeText
    .nullable()
    .describe('Since when messages were sent and none was acknowledged.'),
  signature: signatureKind,
  own_secret: z
    .boolean()
    .describe('Of `hmac`: whether it has a secret of its own; else that of your account signs.'),
  retry_after_seconds: z
    .array(z.number())
    .readonly()
    .describe(
      'When a message that is not acknowledged is sent again, counted from its first attempt.',
    ),
  created_at: timeText,
}

/** A webhook endpoint, without its secret. */
export const WebhookEndpoint = z.strictObject(endpoint)

/** A webhook endpoint that was just made. */
export const NewWebhookEndpoint = z.strictObject({
  ...endpoint,
  secret: z.string().nullable().describe('Shown this once; null where it has none of its own.'),
})

/** What an owner calls an endpoint. */
export const description = z
  .string()
  .max(500)
  .regex(/^[^\p{Cc}]*$/u, 'It holds control characters.')

/** The URL of an endpoint; whether it may be called is checked where the environment is known. */
export const endpointUrl = z.string().min(1).max(2_048)
