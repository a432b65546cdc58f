import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Whose authenticator. */
export type TotpKey = Readonly<{ bookId: BookId; personId: string }>

/** An authenticator as it is kept. */
export type TotpRow = Readonly<{ sealed_secret: Buffer; confirmed: boolean; used_step: number }>

/** Puts an authenticator in the place of the one before, not yet confirmed. */
export async function putTotp(
  dbTx: DbTx,
  of: TotpKey,
  { sealedSecret, now }: Readonly<{ sealedSecret: Uint8Array; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into person_totp (book_id, person_id, sealed_secret, confirmed, used_step, created_at)
     values ($1, $2, $3, false, 0, $4)
     on conflict (book_id, person_id) do update set sealed_secret = excluded.sealed_secret,
       confirmed = false, used_step = 0, created_at = excluded.created_at`,
    [of.bookId, of.personId, sealedSecret, new Date(now)],
  )
}

/** Reads an authenticator and holds its lock, so that of two equal codes one is the first. */
export async function lockTotp(dbTx: DbTx, of: TotpKey): Promise<TotpRow | undefined> {
  const [row] = await dbTx.query<TotpRow>(
    `select sealed_secret, confirmed, used_step from person_totp
     where book_id = $1 and person_id = $2 for update`,
    [of.bookId, of.personId],
  )
  return row
}

/** Notes that a code of a step was taken, which also proves who holds the authenticator. */
export async function noteStep(dbTx: DbTx, of: TotpKey, step: number): Promise<void> {
  await dbTx.query(
    `update person_totp set used_step = $3, confirmed = true
     where book_id = $1 and person_id = $2`,
    [of.bookId, of.personId, step],
  )
}

/** Whether a person's authenticator is confirmed. */
export async function isConfirmed(db: Queryable, of: TotpKey): Promise<boolean> {
  const rows = await db.query(
    `select 1 as found from person_totp
     where book_id = $1 and person_id = $2 and confirmed`,
    [of.bookId, of.personId],
  )
  return rows.length === 1
}
