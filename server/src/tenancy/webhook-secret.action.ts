import { randomBytes } from 'node:crypto'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx, type Queryable } from '../shell/db.ts'
import { insertSecret, liveSecrets, retireSecrets } from './webhook-secret.store.ts'

type Ctx = Pick<ShellCtx, 'clock' | 'ids' | 'sealer'>

const PURPOSE = 'webhook_secret.secret'
const BYTES = 32
/** How long a replaced secret still signs beside the new one. */
const ROTATION_MS = 24 * 3_600_000

/**
 * The secrets that sign what is sent to the endpoints of a book, the current one first: one, or
 * two during a rotation. Each is `whsec_` and the base64 of its bytes (Standard Webhooks).
 *
 * @param now of the machine's clock
 */
export async function webhookSecrets(
  ctx: Pick<Ctx, 'sealer'>,
  db: Queryable,
  at: Readonly<{ bookId: BookId; now: Instant }>,
): Promise<readonly string[]> {
  const rows = await liveSecrets(db, at)
  return rows.map((row) => ctx.sealer.open(PURPOSE, row.sealed_secret))
}

/** Makes the current webhook secret of a book that has none. @returns it, to be shown */
export async function addWebhookSecret(ctx: Ctx, dbTx: DbTx, bookId: BookId): Promise<string> {
  const secret = `whsec_${randomBytes(BYTES).toString('base64')}`
  const sealedSecret = ctx.sealer.seal(PURPOSE, secret)
  const now = ctx.clock.now()
  await insertSecret(dbTx, { bookId, secretId: ctx.ids.next('whs'), sealedSecret, now })
  return secret
}

/** Puts a new secret in place; the one before signs beside it for a day. @returns the new one */
export async function rotateWebhookSecret(
  ctx: Ctx & Pick<ShellCtx, 'db'>,
  bookId: BookId,
): Promise<string> {
  return inDbTx(ctx, async (dbTx) => {
    await retireSecrets(dbTx, { bookId, retiresAt: ctx.clock.now() + ROTATION_MS })
    return addWebhookSecret(ctx, dbTx, bookId)
  })
}
