import { units, type AssetId, type ChainId, type Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx, Queryable } from '../shell/db.ts'

/** Coins on their way from the faucet to a treasury. */
export type Pour = Readonly<{
  bookId: BookId
  pourId: string
  chain: ChainId
  asset: AssetId
  units: Units
  /** Absent until the node has said which transaction it is. */
  txHash: string | undefined
  madeAt: Instant
}>

type Row = Readonly<{
  pour_id: string
  asset: AssetId
  units: bigint
  tx_hash: string | null
  made_at: Instant
}>

type Of = Readonly<{ bookId: BookId; chain: ChainId }>

/** The one that was not seen to arrive yet. */
export async function findOpenPour(db: Queryable, of: Of): Promise<Pour | undefined> {
  const [row] = await db.query<Row>(
    `select pour_id, asset, units, tx_hash, made_at from faucet_pour
     where book_id = $1 and chain = $2 and state in ('sending', 'sent')`,
    [of.bookId, of.chain],
  )
  if (row === undefined) return undefined
  const { pour_id: pourId, asset, made_at: madeAt } = row
  return { ...of, pourId, asset, units: units(row.units), txHash: row.tx_hash ?? undefined, madeAt }
}

/** Writes down that coins are about to be sent. @returns false: others are on their way */
export async function insertPour(dbTx: DbTx, pour: Pour): Promise<boolean> {
  const rows = await dbTx.query(
    `insert into faucet_pour (book_id, pour_id, chain, asset, units, state, made_at)
     values ($1, $2, $3, $4, $5, 'sending', $6)
     on conflict (book_id, chain) where state in ('sending', 'sent') do nothing returning 1 as written`,
    [pour.bookId, pour.pourId, pour.chain, pour.asset, pour.units, new Date(pour.madeAt)],
  )
  return rows.length > 0
}

/**
 * Waits no longer for coins that somebody was about to send and was stopped. They may be on their
 * way all the same: a deposit of their amount is still taken for them, once.
 */
export async function giveUpPour(dbTx: DbTx, { bookId, pourId }: Pour): Promise<void> {
  await dbTx.query(
    `update faucet_pour set state = 'unsaid'
     where book_id = $1 and pour_id = $2 and state = 'sending'`,
    [bookId, pourId],
  )
}

/** Writes which transaction it is, unless a deposit of the same amount was taken for it before. */
export async function notePourSent(dbTx: DbTx, pour: Pour, txHash: string): Promise<void> {
  await dbTx.query(
    `update faucet_pour set state = 'sent', tx_hash = $3
     where book_id = $1 and pour_id = $2 and state = 'sending'`,
    [pour.bookId, pour.pourId, txHash],
  )
}

/** Waits no longer for coins. */
export async function endPour(dbTx: DbTx, { bookId, pourId }: Pour): Promise<void> {
  await dbTx.query(
    `update faucet_pour set state = 'done' where book_id = $1 and pour_id = $2 and state = 'sent'`,
    [bookId, pourId],
  )
}

/**
 * Whether a deposit is what the faucet sent. While it is not known yet which transaction that is,
 * the first one of its amount counts: of two equal ones it makes no difference which.
 */
export async function isPoured(
  dbTx: DbTx,
  deposit: Of & Readonly<{ asset: AssetId; units: Units; txHash: string }>,
): Promise<boolean> {
  const { bookId, chain, asset, units: amount, txHash } = deposit
  const known = await dbTx.query(
    `select 1 as known from faucet_pour
     where book_id = $1 and chain = $2 and tx_hash = $3 and asset = $4`,
    [bookId, chain, txHash, asset],
  )
  if (known.length > 0) return true
  const claimed = await dbTx.query(
    `update faucet_pour
     set state = case state when 'sending' then 'sent' else 'done' end, tx_hash = $5
     where (book_id, pour_id) = (
       select book_id, pour_id from faucet_pour
       where book_id = $1 and chain = $2 and asset = $3 and units = $4
         and state in ('sending', 'unsaid')
       order by state desc, pour_id limit 1 for update)
     returning 1 as claimed`,
    [bookId, chain, asset, amount, txHash],
  )
  return claimed.length > 0
}
