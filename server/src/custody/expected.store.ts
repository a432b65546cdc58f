import type { NetworkFamily } from '../money/registry-networks.ts'
import type { ChainId } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'

/** Looks for coins that a contract moves to an address on a chain, until a time at least. */
export async function expectUntil(
  dbTx: DbTx,
  of: Readonly<{
    bookId: BookId
    family: NetworkFamily
    address: string
    chain: ChainId
    until: Instant
  }>,
): Promise<void> {
  await dbTx.query(
    `update deposit_address set expected_until = greatest(expected_until, $5),
       expected_on = case when $4 = any(expected_on) then expected_on else expected_on || $4 end
     where family = $1 and address = $2 and book_id = $3`,
    [of.family, of.address, of.bookId, of.chain, new Date(of.until)],
  )
}
