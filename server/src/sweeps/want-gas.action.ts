import type { ChainId, Units } from '../money/units.ts'
import type { BookId } from '../shell/book.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import { noteTank } from './tank.store.ts'

/** Has the tank of a chain looked at soon: with less than this its owner is told that it is low. */
export const wantGas = (
  ctx: Pick<ShellCtx, 'db' | 'clock'>,
  of: Readonly<{ bookId: BookId; chain: ChainId; wanted: Units }>,
): Promise<void> => inDbTx(ctx, (dbTx) => noteTank(dbTx, { ...of, now: ctx.clock.now() }))
