import type { Chains } from '../custody/chains.ts'
import { latestHeights } from '../custody/read-custody.action.ts'
import type { Book } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { Queryable } from '../shell/db.ts'
import type { Payment } from './payment-record.ts'
import { publicUrlOf } from './public-url.ts'
import type { SnapshotFrame } from './snapshot.ts'

/** What reading the frame of snapshots needs; `db` may be a dbTx. */
export type FrameCtx = Pick<ShellCtx, 'config'> & Readonly<{ chains: Chains; db: Queryable }>

/** What the snapshots of these payments need; the chains' heights only where anything arrived. */
export async function readFrame(
  ctx: FrameCtx,
  book: Book,
  payments: readonly Payment[],
): Promise<SnapshotFrame> {
  const hasArrived = payments.some((payment) => payment.deposits.size > 0)
  return {
    environment: book.environment,
    publicUrl: publicUrlOf(ctx.config),
    heights: hasArrived ? await latestHeights(ctx.db, ctx.chains, book) : new Map(),
  }
}
