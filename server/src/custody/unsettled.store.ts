import type { SendRequest } from '../chains/contract-sending.ts'
import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { OutgoingKind } from './outgoing/outgoing.ts'
import { requestFromJson } from './outgoing/request-json.ts'

/** Something that went out of which books and blocks may tell different things. */
export type Unsettled = Readonly<{
  kind: OutgoingKind
  request: SendRequest
  /** The transactions that may be out for it. */
  sent: readonly Readonly<{ txHash: string; slots: readonly string[] }>[]
  /** How it ended, where the books have its end already. */
  settled: Readonly<{ succeeded: boolean; fee: bigint }> | undefined
}>

type Row = Readonly<{
  kind: OutgoingKind
  request: unknown
  sent: Unsettled['sent']
  is_settled: boolean
  succeeded: boolean | null
  fee_units: bigint | null
}>

/** What may be in blocks and is not booked, and what is booked and only later blocks hold. */
export async function readUnsettled(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; upTo: number }>,
): Promise<readonly Unsettled[]> {
  const rows = await db.query<Row>(
    `select o.kind, o.request, o.succeeded, o.fee_units, o.state = 'final' as is_settled,
       coalesce((select jsonb_agg(jsonb_build_object('txHash', t.tx_hash, 'slots', t.slots))
         from outgoing_attempt t where t.book_id = o.book_id and t.outgoing_id = o.outgoing_id
           and t.broadcast is not null and t.broadcast <> 'refused'), '[]') as sent
     from outgoing o
     where o.book_id = $1 and o.chain = $2 and (o.state in ('sent', 'mined')
       or o.state = 'final' and o.block_height > $3)`,
    [of.bookId, of.chain, of.upTo],
  )
  return rows.map(({ kind, request, sent, is_settled, succeeded, fee_units }) => ({
    ...{ kind, request: requestFromJson(request), sent },
    settled: is_settled ? { succeeded: succeeded === true, fee: fee_units ?? 0n } : undefined,
  }))
}
