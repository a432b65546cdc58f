import type { TellHalt } from '../custody/halt-crediting.action.ts'
import { appendEvent } from '../events/append-event.ts'
import { isoTime } from '../events/event.ts'
import { knownAsset } from '../money/registry.ts'
import type { ShellCtx } from '../shell/context.ts'

/** Tells books by an event that deposits of an asset are not credited, or are again. */
export const tellHalt =
  (ctx: Pick<ShellCtx, 'ids' | 'clock'>): TellHalt =>
  async (dbTx, book, halt) => {
    const { currency, network, id: asset } = knownAsset(halt.asset)
    const isOver = halt.resumedAt !== undefined
    await appendEvent(ctx, dbTx, {
      book,
      type: isOver ? 'chain.crediting_resumed' : 'chain.crediting_halted',
      objectId: halt.haltId,
      object: {
        id: halt.haltId,
        currency,
        network,
        asset,
        status: isOver ? 'resumed' : 'halted',
        reason: halt.reason,
        halted_at: isoTime(halt.haltedAt),
        resumed_at: halt.resumedAt === undefined ? null : isoTime(halt.resumedAt),
      },
    })
  }
