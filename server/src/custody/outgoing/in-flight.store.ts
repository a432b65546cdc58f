import { z } from 'zod'
import type { InFlight, Spend } from '../../chains/contract-sending.ts'
import { assetId } from '../../money/caip.ts'
import { units } from '../../money/units.ts'
import type { Queryable } from '../../shell/db.ts'
import type { Outgoing, OutgoingState } from './outgoing.ts'

const Stored = z.array(
  z.object({
    address: z.string(),
    asset: z.string().transform((text) => assetId(text)),
    units: z.string().transform((text) => units(BigInt(text))),
  }),
)

type Row = Readonly<{
  outgoing_id: string
  state: OutgoingState
  slots: readonly string[]
  spends: unknown
}>

/** What others have on their way, and how many of them no block holds yet. */
export type Others = InFlight & Readonly<{ unmined: number }>

/**
 * What every other thing that goes out has on its way from some addresses: each transaction that
 * may be mined, and that no final block settles yet. A mined one takes nothing from balances any
 * more; what it uses up may come back with a fork.
 */
export async function readInFlight(
  db: Queryable,
  { bookId, outgoingId, realm, chain }: Outgoing,
  addresses: readonly string[],
): Promise<Others> {
  const rows = await db.query<Row>(
    `select o.outgoing_id, o.state, a.slots, a.spends
     from outgoing o join outgoing_attempt a using (book_id, outgoing_id)
     where o.realm = $1 and o.chain = $2 and o.state in ('built', 'signed', 'sent', 'mined')
       and not (o.book_id = $3 and o.outgoing_id = $4)
       and a.broadcast is distinct from 'refused'
       and exists (select from jsonb_array_elements(
           o.request->'from' || coalesce(o.request->'feePayer', '[]')) as sender
         where sender->>'address' = any($5::text[]))
     order by o.created_at, o.outgoing_id, a.attempt`,
    [realm, chain, bookId, outgoingId, addresses],
  )
  const waiting = [...Map.groupBy(unmined(rows), (row) => row.outgoing_id).values()]
  return {
    slots: [...new Set(rows.flatMap(({ slots }) => slots))],
    spends: waiting.flatMap(mostOf),
    unmined: waiting.length,
  }
}

const unmined = (rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ state }) => state !== 'mined')

/** One of the transactions that were made for the same thing is mined: at worst the dearest. */
function mostOf(rows: readonly Row[]): readonly Spend[] {
  const most = new Map<string, Spend>()
  for (const { spends } of rows) {
    for (const [of, spend] of sums(Stored.parse(spends))) {
      const before = most.get(of)
      if (before === undefined || before.units < spend.units) most.set(of, spend)
    }
  }
  return [...most.values()]
}

/** What one transaction takes from each address, asset by asset. */
function sums(spends: readonly Spend[]): ReadonlyMap<string, Spend> {
  const summed = new Map<string, Spend>()
  for (const one of spends) {
    const of = `${one.address} ${one.asset}`
    const before = summed.get(of)?.units ?? 0n
    summed.set(of, { ...one, units: units(before + one.units) })
  }
  return summed
}

/** What a transaction takes, as it is stored: amounts as texts. */
export const spendsToJson = (spends: readonly Spend[]): string =>
  JSON.stringify(spends.map((one) => ({ ...one, units: `${one.units}` })))
