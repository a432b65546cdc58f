import type { Instant } from '../../shell/clock.ts'
import type { DbTx } from '../../shell/db.ts'
import type { Outgoing, OutgoingKey } from './outgoing.ts'

type Owner = Pick<Outgoing, 'bookId' | 'outgoingId' | 'realm' | 'chain'>

/**
 * Takes keys for one thing that goes out, all or none: what it had is given back when one is
 * missing.
 * @returns the address that something else is sent from now; absent: all are taken
 */
export async function takeKeys(
  dbTx: DbTx,
  { bookId, outgoingId, realm, chain }: Owner,
  addresses: readonly string[],
): Promise<string | undefined> {
  // In one order for everybody, so that two who want the same keys do not wait for each other.
  const wanted = [...new Set(addresses)].sort()
  await dbTx.query(
    `insert into sending_key (realm, chain, address, book_id, outgoing_id)
     select $1, $2, address, $4, $5 from unnest($3::text[]) as one (address)
     on conflict do nothing`,
    [realm, chain, wanted, bookId, outgoingId],
  )
  const rows = await dbTx.query<{ address: string }>(
    `select address from sending_key where realm = $1 and chain = $2
       and address = any($3::text[]) and book_id = $4 and outgoing_id = $5`,
    [realm, chain, wanted, bookId, outgoingId],
  )
  const own = new Set(rows.map(({ address }) => address))
  return wanted.find((address) => !own.has(address))
}

/**
 * Gives keys back that were taken for it, and wakes who waits longest for each.
 * @param kept those that it goes on to hold
 */
export async function giveKeysBack(
  dbTx: DbTx,
  of: Owner,
  { kept, now }: Readonly<{ kept: readonly string[]; now: Instant }>,
): Promise<void> {
  const freed = await dbTx.query<{ address: string }>(
    `delete from sending_key where book_id = $1 and outgoing_id = $2
       and not (address = any($3::text[])) returning address`,
    [of.bookId, of.outgoingId, kept],
  )
  for (const { address } of freed) await wakeNext(dbTx, of, { address, now })
}

/** Wakes who waits longest for an address, unless somebody works on it at this moment. */
export async function wakeNext(
  dbTx: DbTx,
  { realm, chain }: Pick<Owner, 'realm' | 'chain'>,
  { address, now }: Readonly<{ address: string; now: Instant }>,
): Promise<void> {
  await dbTx.query<OutgoingKey>(
    `with next as (
       select book_id, outgoing_id from outgoing
       where realm = $1 and chain = $2 and waits_for = $3 and due_at > $4
       order by created_at, outgoing_id limit 1 for update skip locked)
     update outgoing as woken set due_at = $4 from next
     where woken.book_id = next.book_id and woken.outgoing_id = next.outgoing_id`,
    [realm, chain, address, new Date(now)],
  )
}
