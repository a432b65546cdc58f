import { AppError, isError } from '../../src/errors/app-error.ts'
import { createPayouts, prepareOrder } from '../../src/payouts/create-payouts.action.ts'
import type { PayoutAsked } from '../../src/payouts/payout-request.ts'
import type { Book } from '../../src/shell/book.ts'
import { inDbTx } from '../../src/shell/db.ts'
import type { PayoutCtx } from './context.ts'

/** A payout as a client asks for it; asked again after a lost answer it has the same name. */
export type Order = Readonly<{ name: string; to: string; currency: string; amount: string }>

const TRIES_MAX = 10

/**
 * Asks for it as the API does, in a dbTx of its own; and once more, as clients do, when the answer
 * was an error that is not about the order.
 */
export async function placeOrder(ctx: PayoutCtx, book: Book, order: Order): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await place(ctx, book, order)
    } catch (error) {
      // Whoever stood still finds his connection gone, and the time for asking price sources over.
      const mayPass = !(error instanceof AppError) || isError(error, 'rates.rate_unavailable')
      if (!mayPass || tries === TRIES_MAX) throw error
    }
  }
}

async function place(ctx: PayoutCtx, book: Book, order: Order): Promise<void> {
  const { name, to, currency, amount } = order
  const asked: PayoutAsked = {
    ...{ amount, currency, network: undefined, quoteId: undefined, destination: to },
    ...{ externalId: name, customerId: undefined, metadata: '{}', sourceId: undefined },
    source: { purpose: 'merchant.available' },
  }
  const row = { kind: 'payout', initiator: 'key_crash', rows: [asked] } as const
  const prepared = await prepareOrder(ctx, book, row)
  await inDbTx(ctx, (dbTx) => createPayouts(ctx, dbTx, { book, prepared }))
}
