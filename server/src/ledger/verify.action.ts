import { inDbTx, type Db, type Queryable } from '../shell/db.ts'
import type { Finding } from './finding.ts'
import { verifyAccounts } from './verify-accounts.action.ts'
import {
  verifyKnownHeads,
  verifySeals,
  verifyWaiting,
  type BookHead,
} from './verify-chains.action.ts'
import { verifyForgotten, verifyOrphans } from './verify-orphans.action.ts'
import { countRows, type RowCounts } from './verify.store.ts'

/** What the proof found: the ledger is whole, or the first row that does not fit. */
export type Verdict =
  | Readonly<{
      kind: 'whole'
      counts: RowCounts
      /** Entries that are in the books and not sealed yet. */
      unsealed: number
    }>
  | Readonly<{ kind: 'broken'; finding: Finding }>

/** How far the proof has come, in rows. */
export type VerifyProgress = Readonly<{ done: number; total: number }>

/** What is asked of the proof beside the proof itself. */
export type VerifyOptions = Readonly<{
  onProgress?: (progress: VerifyProgress) => void
  /**
   * Hashes that were written down elsewhere earlier. Without them, somebody who can write every
   * table could remove the newest entries of a book together with their seals.
   */
  knownHeads?: readonly BookHead[]
  /** Told where the chain of each book ends: what to write down elsewhere. */
  onHead?: (head: BookHead) => void
}>

/**
 * Recomputes the whole ledger from its rows: who belongs to whom, the lines' sums into balances,
 * and every chain of hashes. It reads one snapshot, page by page, so it can run beside the writers
 * and needs no more memory for a larger ledger.
 */
export async function verifyLedger(
  ctx: Readonly<{ db: Db }>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  return inDbTx(ctx, async (dbTx) => {
    // Whole tables are read here: what is good for a request's plan is not for this one's.
    await dbTx.script(
      'set transaction isolation level repeatable read, read only; set local enable_seqscan = on',
    )
    return verifySnapshot(dbTx, options)
  })
}

async function verifySnapshot(db: Queryable, options: VerifyOptions): Promise<Verdict> {
  const counts = await countRows(db)
  const total = counts.accounts + counts.lines + counts.seals
  let done = 0
  const advance = (rows: number): void => {
    done += rows
    options.onProgress?.({ done, total })
  }
  let unsealed = 0
  const onHead = options.onHead ?? (() => undefined)
  const finding =
    (await verifyWaiting(db, (entries) => (unsealed += entries))) ??
    (await verifyOrphans(db)) ??
    (await verifyAccounts(db, advance)) ??
    (await verifySeals(db, { advance, onHead })) ??
    (await verifyForgotten(db)) ??
    (await verifyKnownHeads(db, options.knownHeads ?? []))
  return finding === undefined ? { kind: 'whole', counts, unsealed } : { kind: 'broken', finding }
}
