import type { SendRequest } from '../chains/contract-sending.ts'
import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import type { OutgoingState } from './outgoing/outgoing.ts'
import { requestFromJson } from './outgoing/request-json.ts'

/** Something that goes out and that no block was seen to hold yet. */
export type UnderWay = Readonly<{
  request: SendRequest
  state: OutgoingState
  /** Of the transactions that were signed for it, each with what it uses up. */
  signed: readonly Readonly<{ txHash: string; slots: readonly string[] }>[]
}>

type Row = Readonly<{
  request: unknown
  state: OutgoingState
  signed: readonly Readonly<{ txHash: string; slots: readonly string[] }>[]
}>

/** What goes out from a key, or is paid for by it, and is in no block that was seen. */
export async function readUnderWay(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; address: string }>,
): Promise<readonly UnderWay[]> {
  const rows = await db.query<Row>(
    `select o.request, o.state, coalesce((select jsonb_agg(
         jsonb_build_object('txHash', t.tx_hash, 'slots', t.slots)) from outgoing_attempt t
         where t.book_id = o.book_id and t.outgoing_id = o.outgoing_id
           and t.tx_hash is not null), '[]') as signed
     from outgoing o
     where o.book_id = $1 and o.chain = $2 and o.state in ('planned', 'built', 'signed', 'sent')
       and (o.request @> jsonb_build_object('from',
           jsonb_build_array(jsonb_build_object('address', $3::text)))
         or o.request #>> '{feePayer,address}' = $3::text)`,
    [of.bookId, of.chain, of.address],
  )
  return rows.map(({ request, ...rest }) => ({ ...rest, request: requestFromJson(request) }))
}

/** What blocks brought to an address that is not final yet. */
export async function sumArriving(
  db: Queryable,
  of: Readonly<{ bookId: BookId; asset: AssetId; address: string }>,
): Promise<Units> {
  const [row] = await db.query<{ sum: bigint }>(
    `select coalesce(sum(units), 0) as sum from deposit
     where book_id = $1 and asset = $2 and address = $3 and observed in ('confirmed', 'safe')`,
    [of.bookId, of.asset, of.address],
  )
  return units(row?.sum ?? 0n)
}

/** How many things go out from a key that are in no block that was seen; at most `most`. */
export async function countUnderWay(
  db: Queryable,
  of: Readonly<{ bookId: BookId; chain: ChainId; address: string }>,
  most: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*) as count from (
       select from outgoing o
       where o.book_id = $1 and o.chain = $2 and o.state in ('planned', 'built', 'signed', 'sent')
         and (o.request @> jsonb_build_object('from',
             jsonb_build_array(jsonb_build_object('address', $3::text)))
           or o.request #>> '{feePayer,address}' = $3::text)
       limit $4) as one`,
    [of.bookId, of.chain, of.address, most],
  )
  return row?.count ?? 0
}
