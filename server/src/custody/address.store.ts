import type { Realm } from '../chains/contract-book-chain.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import type { AssetId, ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import type { AddressOwner } from './deposit.ts'

/** An address of a book, with the place of its key. */
export type IssuedAddress = Readonly<{
  chain: ChainId
  /** What it was handed out for; anything else that arrives is seen as well. */
  asset: AssetId
  /** What else it was handed out for, on chains of the same family. */
  also?: readonly AssetId[] | undefined
  address: string
  family: NetworkFamily
  index: number
  /** Such as `m/44'/60'/3'/0/17`. */
  path: string
}>

/** Takes the next `count` indexes of a book and family for ever. @returns the first of them */
export async function takeIndexes(
  dbTx: DbTx,
  of: Readonly<{ bookId: BookId; family: NetworkFamily; count: number }>,
): Promise<number> {
  const rows = await dbTx.query<{ first: number }>(
    `insert into address_counter as counter (book_id, family, next_index) values ($1, $2, $3)
     on conflict (book_id, family) do update set next_index = counter.next_index + $3
     returning next_index - $3 as first`,
    [of.bookId, of.family, of.count],
  )
  if (rows[0] === undefined) throw new Error('a counter answers')
  return rows[0].first
}

/** Addresses that are handed out to one owner now. */
export type Handover = Readonly<{
  bookId: BookId
  owner: AddressOwner
  addresses: readonly IssuedAddress[]
  now: Instant
  /** The chains on which coins are looked for that leave no trace at an address. */
  expectedOn: (address: IssuedAddress) => readonly ChainId[]
  /** Until when they are. */
  expectedUntil: Instant
}>

const BATCH_MAX = 100

/**
 * Writes addresses down; those of one dbTx together. An address or index that was used before
 * breaks a key.
 */
export const insertAddresses: (dbTx: DbTx, handover: Handover) => Promise<void> = gatherOn(
  async (dbTx: DbTx, handovers: readonly Handover[]): Promise<readonly void[]> => {
    const rows = handovers.flatMap((handover) =>
      handover.addresses.map((one) => ({ ...handover, ...one })),
    )
    await dbTx.query(
      `insert into deposit_address (book_id, owner_kind, owner_id, issued_at, family, index, path,
         address, chain, asset, expected_on, expected_until)
       select book_id, owner_kind, owner_id, issued_at, family, index, path, address, chain, asset,
         string_to_array(expected_on, ' '), case when expected_on <> '' then expected_until end
       from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[],
           $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
         as one (book_id, owner_kind, owner_id, issued_at, family, index, path, address, chain,
           asset, expected_on, expected_until)`,
      [
        rows.map((one) => one.bookId),
        rows.map((one) => one.owner.kind),
        rows.map((one) => one.owner.id),
        rows.map((one) => new Date(one.now)),
        rows.map((one) => one.family),
        rows.map((one) => one.index),
        rows.map((one) => one.path),
        rows.map((one) => one.address),
        rows.map((one) => one.chain),
        rows.map((one) => one.asset),
        rows.map((one) => one.expectedOn(one).join(' ')),
        rows.map((one) => new Date(one.expectedUntil)),
      ],
    )
    return handovers.map(() => undefined)
  },
  { batchMax: BATCH_MAX },
)

/** The addresses that an owner was given, in the order of their keys. */
export function readAddresses(
  db: Queryable,
  of: Readonly<{ bookId: BookId; owner: AddressOwner }>,
): Promise<readonly IssuedAddress[]> {
  return db.query<IssuedAddress>(
    `select chain, asset, address, family, index, path from deposit_address
     where book_id = $1 and owner_kind = $2 and owner_id = $3 order by family, index`,
    [of.bookId, of.owner.kind, of.owner.id],
  )
}

/** The addresses of a book on the chains of a family after an index, at most `limit`. */
export function readAddressPage(
  db: Queryable,
  of: Readonly<{ bookId: BookId; family: NetworkFamily }>,
  page: Readonly<{ after: number; limit: number }>,
): Promise<readonly Pick<IssuedAddress, 'address' | 'index'>[]> {
  return db.query<Pick<IssuedAddress, 'address' | 'index'>>(
    `select address, index from deposit_address
     where book_id = $1 and family = $2 and index > $3 order by index limit $4`,
    [of.bookId, of.family, page.after, page.limit],
  )
}

/** A chain as its blocks are recorded. */
export type RealmChain = Readonly<{ realm: Realm; chain: ChainId; family: NetworkFamily }>

/**
 * Which of these addresses belong to a book of the realm: one question for a whole block. Whoever
 * the block pays, most are strangers; the index of hashes finds that out with few and short pages,
 * and what it takes for ours is compared in full.
 */
export async function findOurs(
  db: Queryable,
  { realm, family }: Omit<RealmChain, 'chain'>,
  addresses: readonly string[],
): Promise<readonly string[]> {
  const rows = await db.query<{ address: string }>(
    `select a.address from deposit_address a join book b on b.book_id = a.book_id
     where hashtextextended(a.address, 0) = any(array(
         select hashtextextended(one, 0) from unnest($2::text[]) as one))
       and a.family = $1 and (b.book_id = $3 or b.environment = $3)`,
    [family, addresses, realm],
  )
  const asked = new Set(addresses)
  return rows.map((row) => row.address).filter((address) => asked.has(address))
}

/** Addresses of the realm whose coins on this chain are expected, the newest first. */
export async function findExpected(
  db: Queryable,
  { realm, chain, family }: RealmChain,
  at: Readonly<{ now: Instant; limit: number }>,
): Promise<readonly string[]> {
  const rows = await db.query<{ address: string }>(
    `select a.address from deposit_address a join book b on b.book_id = a.book_id
     where a.family = $5 and a.expected_until > $2 and $1 = any(a.expected_on)
       and (b.book_id = $3 or b.environment = $3)
     order by a.expected_until desc limit $4`,
    [chain, new Date(at.now), realm, at.limit, family],
  )
  return rows.map((row) => row.address)
}
