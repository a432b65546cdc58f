import { randomBytes } from 'node:crypto'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx, type Queryable } from '../shell/db.ts'
import { enrolmentUri, stepOfCode, TOTP_SECRET_BYTES } from '../totp/totp.ts'
import { isConfirmed, lockTotp, noteStep, putTotp, type TotpKey } from './totp.store.ts'

type Ctx = Pick<ShellCtx, 'db' | 'clock' | 'sealer'>

const PURPOSE = 'person_totp.secret'

/**
 * Begins to enrol an authenticator for a person in a book; one before it counts no longer. It is
 * asked for codes once a first one has confirmed it.
 *
 * @param account how the app names it, such as the e-mail address
 * @returns what the app reads, shown this once
 */
export async function beginTotp(ctx: Ctx, of: TotpKey, account: string): Promise<string> {
  const secret = randomBytes(TOTP_SECRET_BYTES)
  const sealedSecret = ctx.sealer.seal(PURPOSE, secret.toString('hex'))
  await inDbTx(ctx, (dbTx) => putTotp(dbTx, of, { sealedSecret, now: ctx.clock.now() }))
  return enrolmentUri(secret, encodeURIComponent(account))
}

/** Confirms an authenticator by its first code. @returns whether the code fits */
export const confirmTotp = (ctx: Ctx, of: TotpKey, code: string): Promise<boolean> =>
  inDbTx(ctx, async (dbTx) => (await take(ctx, dbTx, { of, code })) !== 'wrong')

/**
 * Takes a code of an authenticator; each once, by the machine's clock, which is the app's.
 *
 * @returns `not_enrolled` also where no first code has confirmed it
 */
export async function takeTotp(
  ctx: Pick<Ctx, 'clock' | 'sealer'>,
  dbTx: DbTx,
  asked: Readonly<{ of: TotpKey; code: string }>,
): Promise<'taken' | 'wrong' | 'not_enrolled'> {
  if (!(await isConfirmed(dbTx, asked.of))) return 'not_enrolled'
  return take(ctx, dbTx, asked)
}

/** Whether a person's authenticator can be asked for codes. */
export const hasTotp = (db: Queryable, of: TotpKey): Promise<boolean> => isConfirmed(db, of)

async function take(
  ctx: Pick<Ctx, 'clock' | 'sealer'>,
  dbTx: DbTx,
  { of, code }: Readonly<{ of: TotpKey; code: string }>,
): Promise<'taken' | 'wrong'> {
  const row = await lockTotp(dbTx, of)
  if (row === undefined) return 'wrong'
  const secret = Buffer.from(ctx.sealer.open(PURPOSE, row.sealed_secret), 'hex')
  const step = stepOfCode(secret, code, { now: ctx.clock.now(), usedStep: row.used_step })
  if (step === undefined) return 'wrong'
  await noteStep(dbTx, of, step)
  return 'taken'
}
