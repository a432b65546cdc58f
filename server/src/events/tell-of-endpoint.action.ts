import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { DbTx } from '../shell/db.ts'
import { queueMail } from '../shell/mail/queue-mail.action.ts'
import { mailAddressOf, ownerOf } from '../tenancy/owner.action.ts'
import { appendEvent } from './append-event.ts'
import { endpointMail } from './endpoint-notice.ts'
import { endpointView } from './endpoint-view.ts'
import type { Endpoint } from './endpoint.ts'

/** What of an endpoint is told. */
export type EndpointNews = Readonly<{
  book: Book
  endpoint: Endpoint
  what: 'failing' | 'recovered' | 'disabled' | 'enabled' | 'deleted'
}>

type Ctx = Pick<ShellCtx, 'clock' | 'ids' | 'sealer' | 'config'>

/**
 * Tells of an endpoint in the log, and so at the other endpoints. What happened by itself and needs
 * somebody, the owner is told by mail too: he may have no other endpoint.
 */
export async function tellOfEndpoint(
  ctx: Ctx,
  dbTx: DbTx,
  { book, endpoint, what }: EndpointNews,
): Promise<void> {
  const { endpointId } = endpoint
  await appendEvent(ctx, dbTx, {
    book,
    type: `webhook_endpoint.${what}`,
    objectId: endpointId,
    object: endpointView(endpoint),
  })
  const isAsked = endpoint.disabled?.reason === 'asked'
  if (isAsked || (what !== 'failing' && what !== 'disabled')) return
  const to = mailAddressOf(ctx, book, await ownerOf(ctx, dbTx, book.orgId))
  if (to === undefined) return
  const mail = endpointMail(what, endpoint, ctx.config.webhookDisableAfterDays)
  await queueMail(ctx, dbTx, { ...mail, to, bookId: book.bookId, objectId: endpointId })
}
