import { AppError } from '../../errors/app-error.ts'
import type { ShellCtx } from '../../shell/context.ts'
import { inDbTx, type DbTx, type Queryable } from '../../shell/db.ts'
import {
  deleteSendingHalt,
  findSendingHalt,
  insertSendingHalt,
  wakeHalted,
  type SendingHalt,
} from './sending-halt.store.ts'

/** The halt that stands; absent while sending goes on. */
export const standingSendingHalt = (db: Queryable): Promise<SendingHalt | undefined> =>
  findSendingHalt(db)

/** Lets nothing new be signed until somebody says so. What may be out is followed as before. */
export const haltSending = (dbTx: DbTx, halt: SendingHalt): Promise<void> =>
  insertSendingHalt(dbTx, halt)

/** Lets sending go on. @throws custody.sending_not_halted */
export async function resumeSending(ctx: Pick<ShellCtx, 'db' | 'clock'>): Promise<void> {
  await inDbTx(ctx, async (dbTx) => {
    if (!(await deleteSendingHalt(dbTx))) throw new AppError('custody.sending_not_halted', {})
    await wakeHalted(dbTx, ctx.clock.now())
  })
}
