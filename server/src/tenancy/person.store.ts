import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** A person as the row has it. */
export type NewPerson = Readonly<{
  orgId: string
  personId: string
  emailHash: Uint8Array
  sealedEmail: Uint8Array
  passwordHash: string
  role: 'owner' | 'admin' | 'member'
  now: Instant
}>

const INSERT = `insert into person
    (org_id, person_id, email_hash, sealed_email, password_hash, role, created_at)
  values ($1, $2, $3, $4, $5, $6, $7)`

const valuesOf = (person: NewPerson): readonly unknown[] => [
  person.orgId,
  person.personId,
  person.emailHash,
  person.sealedEmail,
  person.passwordHash,
  person.role,
  new Date(person.now),
]

/** Writes a person; one with the same e-mail address gets the new password. */
export async function upsertPerson(dbTx: DbTx, person: NewPerson): Promise<void> {
  const again = 'on conflict (email_hash) do update set password_hash = excluded.password_hash'
  await dbTx.query(`${INSERT} ${again}`, valuesOf(person))
}

/** Writes a person. @returns whether the e-mail address was free */
export async function insertPerson(dbTx: DbTx, person: NewPerson): Promise<boolean> {
  const rows = await dbTx.query(
    `${INSERT} on conflict do nothing returning person_id`,
    valuesOf(person),
  )
  return rows.length === 1
}

/** The first owner of an organization; absent where it has none. */
export async function readOwner(
  db: Queryable,
  orgId: string,
): Promise<Readonly<{ person_id: string; sealed_email: Buffer }> | undefined> {
  const [row] = await db.query<{ person_id: string; sealed_email: Buffer }>(
    `select person_id, sealed_email from person where org_id = $1 and role = 'owner'
     order by created_at, person_id limit 1`,
    [orgId],
  )
  return row
}

/** The owner with this address, by its keyed hash; absent where nobody is. */
export async function findOwner(
  db: Queryable,
  emailHash: Uint8Array,
): Promise<Readonly<{ org_id: string; person_id: string }> | undefined> {
  const [row] = await db.query<{ org_id: string; person_id: string }>(
    `select org_id, person_id from person where email_hash = $1 and role = 'owner'`,
    [emailHash],
  )
  return row
}
