import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Outbound, OutboundOutcome } from '../shell/outbound/outbound.client.ts'
import { outboundRules } from '../shell/outbound/outbound-url.ts'
import { webhookSecrets } from '../tenancy/webhook-secret.action.ts'
import {
  afterAttempt,
  isAcknowledged,
  type AfterAttempt,
  type DeliveryOutcome,
} from './delivery.ts'
import type { DueDelivery, MadeAttempt } from './due-delivery.store.ts'
import { SECRET_PURPOSE } from './endpoint.ts'
import { eventBody } from './event.ts'
import { signatureHeaders, type Message } from './signature.ts'
import { signingKeys } from './webhook-keys.action.ts'

/** What sending needs of the machine. */
export type SendCtx = Pick<ShellCtx, 'db' | 'clock' | 'log' | 'sealer'> &
  Readonly<{ outbound: Outbound }>

/** How much of an answer is kept to be shown. */
const ANSWER_BYTES_MAX = 1_024

/** What signs the messages to one target. */
export type Signers = Pick<Message, 'secrets' | 'keys'>

/** A delivery that was read together with others to the same target, and signs as they do. */
export type ReadyDelivery = DueDelivery & Readonly<{ signers: () => Promise<Signers> }>

/**
 * Sends an event to its target once; never throws. Whoever is killed before the attempt is recorded
 * leaves the delivery due: it is sent again, and the receiver knows it by its id.
 *
 * @returns how it went and what follows, to be recorded
 */
export async function sendDelivery(
  ctx: SendCtx,
  delivery: ReadyDelivery,
  options: Readonly<{ timeoutMs: number }>,
): Promise<MadeAttempt> {
  const { key } = delivery
  const startedAt = ctx.clock.now() + delivery.clockOffsetMs
  const outcome = await attempt(ctx, delivery, options.timeoutMs).catch(
    (error: unknown): DeliveryOutcome => {
      ctx.log.error({ delivery: key, error }, 'a delivery could not be sent')
      return { kind: 'failed', failure: 'internal', durationMs: 0 }
    },
  )
  return { key, startedAt, outcome, after: followsFrom(delivery, startedAt, outcome) }
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
  delivery: ReadyDelivery,
  timeoutMs: number,
): Promise<OutboundOutcome> {
  const { event, url = '' } = delivery
  const now = ctx.clock.now()
  const body = eventBody(event)
  const signers = await delivery.signers()
  const signed = signatureHeaders({
    id: event.eventId,
    path: URL.parse(url)?.pathname ?? '/',
    body,
    ...signers,
    now,
  })
  return ctx.outbound.send({
    url,
    rules: outboundRules(delivery.environment),
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Coffer-Events/1', ...signed },
    body,
    timeoutMs,
    answerBytesMax: ANSWER_BYTES_MAX,
  })
}

/** Opens what signs the messages to the target of a delivery. */
export async function signersOf(ctx: SendCtx, delivery: DueDelivery): Promise<Signers> {
  const { signature, event } = delivery
  return {
    // Where keys sign, the receiver shall need to keep no secret.
    secrets: signature === 'ed25519' ? [] : await secretsFor(ctx, delivery),
    keys: signature === 'hmac' ? [] : await signingKeys(ctx, ctx.db, event.bookId),
  }
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
