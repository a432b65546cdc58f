import type { SignedTx, Spend, UnsignedTx } from '../../chains/contract-sending.ts'
import type { ChainId } from '../../money/units.ts'
import type { Instant } from '../../shell/clock.ts'
import type { DbTx, Queryable } from '../../shell/db.ts'
import type { SigningIntent } from '../signer.client.ts'
import { spendsToJson } from './in-flight.store.ts'
import { intentFromJson, intentToJson } from './intent.ts'
import type { Attempt, BroadcastMark, OutgoingKey } from './outgoing.ts'

type Row = Readonly<{
  attempt: number
  unsigned: Buffer | null
  intent: unknown
  slots: readonly string[]
  signed: Buffer | null
  tx_hash: string | null
  broadcast: BroadcastMark | null
  made_at: Instant
}>

/** The transactions that were made for something, the first one first. */
export async function readAttempts(db: Queryable, key: OutgoingKey): Promise<readonly Attempt[]> {
  const rows = await db.query<Row>(
    `select attempt, unsigned, intent, slots, signed, tx_hash, broadcast, made_at from outgoing_attempt
     where book_id = $1 and outgoing_id = $2 order by attempt`,
    [key.book_id, key.outgoing_id],
  )
  return rows.map((row) => ({
    attempt: row.attempt,
    made:
      row.unsigned === null
        ? undefined
        : { unsigned: row.unsigned, intent: intentFromJson(row.intent) },
    slots: row.slots,
    signed: row.signed ?? undefined,
    txHash: row.tx_hash ?? undefined,
    broadcast: row.broadcast ?? undefined,
    madeAt: row.made_at,
  }))
}

/** Keeps a transaction that was built, before it is signed. */
export async function insertAttempt(
  dbTx: DbTx,
  key: OutgoingKey,
  made: Readonly<{
    attempt: number
    unsigned: UnsignedTx
    intent: SigningIntent
    spends: readonly Spend[]
    now: Instant
  }>,
): Promise<void> {
  const { attempt, unsigned, intent, spends, now } = made
  await dbTx.query(
    `insert into outgoing_attempt
       (book_id, outgoing_id, attempt, chain, unsigned, intent, slots, spends, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      key.book_id,
      key.outgoing_id,
      attempt,
      unsigned.chain,
      Buffer.from(unsigned.bytes),
      intentToJson(intent),
      unsigned.effects.slots,
      spendsToJson(spends),
      new Date(now),
    ],
  )
}

/** Keeps a transaction of which the signer alone knew. */
export async function insertEarlier(
  dbTx: DbTx,
  key: OutgoingKey,
  found: Readonly<{
    attempt: number
    chain: ChainId
    txHash: string
    slots: readonly string[]
    spends: readonly Spend[]
    now: Instant
  }>,
): Promise<void> {
  const { attempt, chain, txHash, slots, spends, now } = found
  await dbTx.query(
    `insert into outgoing_attempt
       (book_id, outgoing_id, attempt, chain, tx_hash, slots, spends, broadcast, made_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'earlier', $8)`,
    [
      ...[key.book_id, key.outgoing_id, attempt, chain, txHash, slots],
      ...[spendsToJson(spends), new Date(now)],
    ],
  )
}

/** Keeps what was signed, before it is shown to anybody. */
export async function keepSigned(
  dbTx: DbTx,
  key: OutgoingKey,
  made: Readonly<{ attempt: number; signed: SignedTx; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update outgoing_attempt set signed = $4, tx_hash = $5, signed_at = $6
     where book_id = $1 and outgoing_id = $2 and attempt = $3 and signed is null`,
    [
      key.book_id,
      key.outgoing_id,
      made.attempt,
      Buffer.from(made.signed.bytes),
      made.signed.txHash,
      new Date(made.now),
    ],
  )
}

/** Writes what is known of a broadcast, and when the first one was. */
export async function markBroadcast(
  dbTx: DbTx,
  key: OutgoingKey,
  made: Readonly<{ attempt: number; broadcast: BroadcastMark; now: Instant }>,
): Promise<void> {
  await dbTx.query(
    `update outgoing_attempt set broadcast = $4, broadcast_at = coalesce(broadcast_at, $5)
     where book_id = $1 and outgoing_id = $2 and attempt = $3`,
    [key.book_id, key.outgoing_id, made.attempt, made.broadcast, new Date(made.now)],
  )
}

/** Forgets that the bytes of a transaction were lost. @returns whether they were */
export async function dropEarlier(dbTx: DbTx, key: OutgoingKey, txHash: string): Promise<boolean> {
  const rows = await dbTx.query(
    `delete from outgoing_attempt where book_id = $1 and outgoing_id = $2 and tx_hash = $3
       and broadcast = 'earlier' returning 1 as dropped`,
    [key.book_id, key.outgoing_id, txHash],
  )
  return rows.length > 0
}

/** Forgets a transaction that nobody signed: it was never shown to anybody. */
export async function dropUnsigned(dbTx: DbTx, key: OutgoingKey): Promise<void> {
  await dbTx.query(
    `delete from outgoing_attempt where book_id = $1 and outgoing_id = $2 and tx_hash is null`,
    [key.book_id, key.outgoing_id],
  )
}
