import { AppError } from '../errors/app-error.ts'
import type { Realm } from '../chains/contract-book-chain.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx, type DbTx, type Queryable } from '../shell/db.ts'
import { readBook } from './book.store.ts'
import {
  endHalt,
  insertHalt,
  listHalts,
  recallDeposits,
  waitingBooks,
  type CreditingHalt,
  type RealmAsset,
} from './halt.store.ts'

/** Tells a book, in the dbTx that does it, that crediting was halted or goes on. */
export type TellHalt = (dbTx: DbTx, book: Book, halt: CreditingHalt) => Promise<void>

/** What halting needs. */
export type HaltCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids'> & Readonly<{ tellHalt: TellHalt }>

/** The halts that stand in a realm. */
export const standingHalts = (db: Queryable, realm: Realm): Promise<readonly CreditingHalt[]> =>
  listHalts(db, realm)

/** Credits no deposit of an asset on a chain any more until `resumeCrediting`; others go on. */
export async function haltCrediting(ctx: HaltCtx, of: RealmAsset, reason: string): Promise<void> {
  await inDbTx(ctx, async (dbTx) => {
    const haltedAt = ctx.clock.now()
    const haltId = ctx.ids.next('hlt')
    const halt: CreditingHalt = { ...of, haltId, reason, haltedAt, resumedAt: undefined }
    if (await insertHalt(dbTx, halt)) await tellAll(ctx, dbTx, halt)
  })
}

/**
 * Goes on crediting, after somebody looked at the nodes. Every deposit that waits is put to them
 * again: what two deny is taken out, and where they still contradict one another it halts anew.
 *
 * @throws custody.crediting_not_halted
 */
export async function resumeCrediting(ctx: HaltCtx, of: RealmAsset): Promise<CreditingHalt> {
  return inDbTx(ctx, async (dbTx) => {
    const now = ctx.clock.now()
    const halt = await endHalt(dbTx, of, now)
    if (halt === undefined) {
      throw new AppError('custody.crediting_not_halted', { chain: of.chain, asset: of.asset })
    }
    await tellAll(ctx, dbTx, halt)
    await recallDeposits(dbTx, of, now)
    return halt
  })
}

async function tellAll(ctx: HaltCtx, dbTx: DbTx, halt: CreditingHalt): Promise<void> {
  for (const bookId of await waitingBooks(dbTx, halt)) {
    await ctx.tellHalt(dbTx, await readBook(dbTx, bookId), halt)
  }
}
