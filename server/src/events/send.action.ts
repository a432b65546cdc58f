import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Outbound, OutboundOutcome } from '../shell/outbound/outbound.client.ts'
import { checkUrl, outboundRules } from '../shell/outbound/outbound-url.ts'
import { webhookSecrets } from '../tenancy/webhook-secret.action.ts'
import {
  afterAttempt,
  isAcknowledged,
  type AfterAttempt,
  type DeliveryOutcome,
} from './delivery.ts'
import { recordAttempt, type DueDelivery } from './delivery.store.ts'
import { SECRET_PURPOSE } from './endpoint.ts'
import { eventBody } from './event.ts'
import { signatureHeaders } from './signature.ts'

/** What sending needs of the machine. */
export type SendCtx = Pick<ShellCtx, 'db' | 'clock' | 'log' | 'sealer'> &
  Readonly<{ outbound: Outbound }>

/** How much of an answer is kept to be shown. */
const ANSWER_BYTES_MAX = 1_024

/**
 * Sends an event to its target once and records how that went. Whoever is killed between the two
 * leaves the delivery due: it is sent again, and the receiver knows it by its id.
 *
 * @returns when it was sent, in the book's time, and what follows
 */
export async function sendDelivery(
  ctx: SendCtx,
  delivery: DueDelivery,
  timeoutMs: number,
): Promise<Readonly<{ startedAt: Instant; after: AfterAttempt }>> {
  const startedAt = ctx.clock.now() + delivery.clockOffsetMs
  const outcome = await attempt(ctx, delivery, timeoutMs).catch(
    (error: unknown): DeliveryOutcome => {
      ctx.log.error({ delivery: delivery.key, error }, 'a delivery could not be sent')
      return { kind: 'failed', failure: 'internal', durationMs: 0 }
    },
  )
  const after = followsFrom(delivery, startedAt, outcome)
  await inDbTx(ctx, (dbTx) => recordAttempt(dbTx, delivery.key, { startedAt, outcome, after }))
  return { startedAt, after }
}

/** A test is not repeated: whoever tries his receiver is there to see how it went. */
const followsFrom = (
  { event, round }: DueDelivery,
  startedAt: Instant,
  outcome: DeliveryOutcome,
): AfterAttempt =>
  event.isTest && !isAcknowledged(outcome)
    ? { state: 'failed' }
    : afterAttempt(round, startedAt, outcome)

async function attempt(
  ctx: SendCtx,
  delivery: DueDelivery,
  timeoutMs: number,
): Promise<OutboundOutcome> {
  const refused: OutboundOutcome = { kind: 'failed', failure: 'refused', durationMs: 0 }
  const { event, url = '' } = delivery
  const rules = outboundRules(delivery.environment)
  const checked = checkUrl(url, rules)
  if (checked.kind === 'refused') return refused
  const now = ctx.clock.now()
  const body = eventBody(event)
  const secrets = await secretsFor(ctx, delivery)
  const signed = signatureHeaders({
    id: event.eventId,
    path: checked.url.path,
    body,
    secrets,
    now,
  })
  return ctx.outbound.send({
    url,
    rules,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Coffer-Events/1', ...signed },
    body,
    timeoutMs,
    answerBytesMax: ANSWER_BYTES_MAX,
  })
}

async function secretsFor(ctx: SendCtx, delivery: DueDelivery): Promise<readonly string[]> {
  const { sealedSecrets, event } = delivery
  if (sealedSecrets.length > 0) {
    return sealedSecrets.map((sealed) => ctx.sealer.open(SECRET_PURPOSE, sealed))
  }
  const secrets = await webhookSecrets(ctx, ctx.db, {
    bookId: event.bookId,
    now: ctx.clock.now(),
  })
  if (secrets.length === 0) throw new Error(`the book ${event.bookId} has no webhook secret`)
  return secrets
}
