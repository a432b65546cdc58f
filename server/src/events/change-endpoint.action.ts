import { AppError } from '../errors/app-error.ts'
import { bookNow } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { cancelDeliveries } from './delivery.store.ts'
import type { Endpoint, SignatureKind } from './endpoint.ts'
import { endpointsOf, updateEndpoint } from './endpoint.store.ts'
import { findEndpoint, type EndpointOf } from './endpoints.action.ts'
import { lockLog } from './event.store.ts'
import { noteHealth } from './lane.store.ts'
import { tellOfEndpoint } from './tell-of-endpoint.action.ts'
import { ensureWebhookKey } from './webhook-keys.action.ts'

/** What of an endpoint is to be another; what is absent stays. */
export type EndpointChange = Readonly<{
  /** Checked by `checkEndpointUrl`. */
  url?: string | undefined
  /** Event types, `payment.*`, or `*`: each checked by `isEventPattern`. */
  events?: readonly string[] | undefined
  description?: string | undefined
  enabled?: boolean | undefined
  /** What signs what it gets. */
  signature?: SignatureKind | undefined
}>

type Ctx = Pick<ShellCtx, 'clock' | 'ids' | 'sealer' | 'config'>

/**
 * Changes an endpoint.
 *
 * What waits for it goes to the URL that it has when its time comes. An endpoint that is disabled
 * gets nothing: what waited is ended, and what happens meanwhile is in the log alone. With another
 * URL, or enabled again, it has a clean slate: it is not held to how it failed before.
 *
 * @throws events.endpoint_unknown, events.endpoint_exists
 */
export async function changeEndpoint(
  ctx: Ctx,
  dbTx: DbTx,
  { change, ...of }: EndpointOf & Readonly<{ change: EndpointChange }>,
): Promise<Endpoint> {
  const { bookId } = of.book
  await lockLog(dbTx, bookId)
  const before = await findEndpoint(dbTx, of)
  const { url = before.url } = change
  if (url !== before.url) await refuseTwice(dbTx, before, url)
  const disabled = disabledBy(before, change.enabled, bookNow(ctx.clock, of.book))
  const isEnabled = before.disabled !== undefined && disabled === undefined
  const isAnew = isEnabled || url !== before.url
  const after: Endpoint = {
    ...before,
    url,
    events: change.events ?? before.events,
    description: change.description ?? before.description,
    signature: change.signature ?? before.signature,
    disabled,
    failingSince: isAnew ? undefined : before.failingSince,
  }
  if (after.signature === 'ed25519') await ensureWebhookKey(ctx, dbTx, of.book)
  await updateEndpoint(dbTx, after)
  const lane = { bookId, lane: before.endpointId }
  if (isAnew) await noteHealth(dbTx, lane, { failingSince: undefined, isTold: false })
  const isDisabled = before.disabled === undefined && disabled !== undefined
  if (isDisabled) await cancelDeliveries(dbTx, lane)
  if (isEnabled || isDisabled) {
    const what = isEnabled ? 'enabled' : 'disabled'
    await tellOfEndpoint(ctx, dbTx, { book: of.book, endpoint: after, what })
  }
  return after
}

async function refuseTwice(dbTx: DbTx, { bookId }: Endpoint, url: string): Promise<void> {
  const same = (await endpointsOf(dbTx, bookId)).find((one) => one.url === url)
  if (same !== undefined) {
    throw new AppError('events.endpoint_exists', { endpointId: same.endpointId })
  }
}

function disabledBy(
  { disabled }: Endpoint,
  enabled: boolean | undefined,
  now: number,
): Endpoint['disabled'] {
  if (enabled === undefined) return disabled
  return enabled ? undefined : (disabled ?? { at: now, reason: 'asked' })
}
