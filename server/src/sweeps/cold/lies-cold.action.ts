import { account } from '../../ledger/chart.ts'
import { balanceOf } from '../../ledger/read-balances.action.ts'
import { units, type AssetId, type Units } from '../../money/units.ts'
import type { BookId } from '../../shell/book.ts'
import type { Queryable } from '../../shell/db.ts'
import { readColdAddresses } from './cold-transfer.store.ts'

/** What of an asset lies in cold wallets by the books, and at which addresses. */
export async function liesCold(
  db: Queryable,
  of: Readonly<{ bookId: BookId; asset: AssetId }>,
): Promise<Readonly<{ units: Units; addresses: readonly string[] }>> {
  const balance = await balanceOf(db, of.bookId, account('custody.cold', of.asset).accountId)
  if (balance === undefined || balance.posted === 0n) return { units: units(0n), addresses: [] }
  return { units: balance.posted, addresses: await readColdAddresses(db, of) }
}
