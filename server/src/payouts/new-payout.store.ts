import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { ChainId } from '../money/units.ts'
import type { Payout } from './payout.ts'

/** A payout that begins. */
export type NewPayout = Readonly<{
  payout: Payout
  chain: ChainId
  /** Of what was asked for. */
  contentHash: Uint8Array
  /** When it is dispatched, by the machine's clock. */
  dueAt: Instant
  /** The trace of what asked for it, as `traceparent`. */
  trace: string | undefined
}>

const BATCH_MAX = 500

/**
 * Writes a new payout; those of one dbTx together, in one statement.
 * @returns false: its external id is taken
 */
export const insertPayout: (dbTx: DbTx, added: NewPayout) => Promise<boolean> = gatherOn(
  insertPayouts,
  { batchMax: BATCH_MAX },
)

async function insertPayouts(dbTx: DbTx, added: readonly NewPayout[]): Promise<readonly boolean[]> {
  const rows = await dbTx.query<{ payout_id: string }>(INSERT, columnsOf(added))
  const written = new Set(rows.map((row) => row.payout_id))
  return added.map(({ payout }) => written.has(payout.payoutId))
}

const INSERT = `
  insert into payout (book_id, payout_id, kind, source_id, batch_id, external_id, content_hash,
    chain, asset, units, fee_units, net_units, quote_id, fee_max, usd, usd_at, worth_cents,
    destination, customer_id, metadata, initiator, hold_entry, hold_transfer, created_at, due_at,
    trace, status)
  select one.*, 'processing'
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
      $8::text[], $9::text[], $10::numeric[], $11::numeric[], $12::numeric[], $13::text[],
      $14::numeric[], $15::text[], $16::timestamptz[], $17::numeric[], $18::text[], $19::text[],
      $20::text[], $21::text[], $22::text[], $23::int[], $24::timestamptz[],
      $25::timestamptz[], $26::text[])
    as one (book_id, payout_id, kind, source_id, batch_id, external_id, content_hash, chain, asset,
      units, fee_units, net_units, quote_id, fee_max, usd, usd_at, worth_cents, destination,
      customer_id, metadata, initiator, hold_entry, hold_transfer, created_at, due_at,
      trace)
  on conflict (book_id, external_id) where external_id is not null do nothing
  returning payout_id`

function columnsOf(added: readonly NewPayout[]): readonly unknown[] {
  const column = (pick: (payout: Payout) => unknown): unknown[] =>
    added.map(({ payout }) => pick(payout) ?? null)
  return [
    column((one) => one.bookId),
    column((one) => one.payoutId),
    column((one) => one.kind),
    column((one) => one.sourceId),
    column((one) => one.batchId),
    column((one) => one.externalId),
    added.map((one) => one.contentHash),
    added.map((one) => one.chain),
    column((one) => one.asset),
    column((one) => one.units),
    column((one) => one.feeUnits),
    column((one) => one.netUnits),
    column((one) => one.quoteId),
    column((one) => one.feeMax),
    column((one) => one.price?.usd),
    column((one) => one.price && new Date(one.price.at)),
    column((one) => one.worthCents),
    column((one) => one.destination),
    column((one) => one.customerId),
    column((one) => one.metadata),
    column((one) => one.initiator),
    column((one) => one.hold.externalId),
    column((one) => one.hold.transfer),
    column((one) => new Date(one.createdAt)),
    added.map((one) => new Date(one.dueAt)),
    added.map((one) => one.trace ?? null),
  ]
}
