import type { Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import type { WalletClaim } from './wallet.ts'

/** The row of a claim. */
export type ClaimKey = Readonly<{ book_id: BookId; wallet_id: string; tx_hash: string }>

/** Begins to watch for a transaction, or begins anew. */
export async function putClaim(
  dbTx: DbTx,
  bookId: BookId,
  claim: WalletClaim & Readonly<{ claimedAt: Instant; dueAt: Instant }>,
): Promise<void> {
  await dbTx.query(
    `insert into wallet_claim (book_id, wallet_id, tx_hash, units, state, claimed_at, due_at)
     values ($1, $2, $3, $4, 'pending', $5, $6)
     on conflict (book_id, wallet_id, tx_hash) do update set units = excluded.units,
       state = 'pending', claimed_at = excluded.claimed_at, due_at = excluded.due_at`,
    [
      bookId,
      claim.walletId,
      claim.txHash,
      claim.units,
      new Date(claim.claimedAt),
      new Date(claim.dueAt),
    ],
  )
}

/** Ends a claim's watch. @returns what was claimed; absent when it had ended before */
export async function endClaim(dbTx: DbTx, key: ClaimKey): Promise<WalletClaim | undefined> {
  const rows = await dbTx.query<{ units: Units }>(
    `update wallet_claim set state = 'ended', due_at = null
     where book_id = $1 and wallet_id = $2 and tx_hash = $3 and state = 'pending'
     returning units`,
    [key.book_id, key.wallet_id, key.tx_hash],
  )
  const [row] = rows
  return row && { walletId: key.wallet_id, txHash: key.tx_hash, units: row.units }
}
