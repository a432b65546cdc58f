import { z } from 'zod'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { createPayouts, prepareOrder } from '../../payouts/create-payouts.action.ts'
import type { PayoutAsked } from '../../payouts/payout-request.ts'
import { findWallet } from '../../wallets/read-wallets.action.ts'
import { walletOwner } from '../../wallets/wallet-owner.ts'
import { route } from '../route.ts'
import { idParams, metadata } from './payment-shapes.ts'
import { PAYOUT_ERRORS, address, externalId } from './payout-requests.ts'
import { Payout } from './payout-shapes.ts'
import { sendingAnswer } from './payouts.routes.ts'

/** `POST /v1/wallets/:id/withdraw` */
export const withdraw = route({
  method: 'POST',
  path: '/v1/wallets/:id/withdraw',
  summary: 'Withdraw from a wallet',
  description:
    "Sends coins of a customer to an address outside. The fee is taken off the amount, so the customer bears it. It is a payout of kind `withdrawal`: the same engine, found under `GET /v1/payouts/:id` and in the wallet's transactions. Without `metadata` it has the wallet's.",
  tag: 'Wallets',
  together: true,
  waits: true,
  params: idParams,
  body: z.strictObject({
    amount: positiveAmountSchema,
    recipient_address: address,
    external_id: externalId,
    metadata,
  }),
  example: { amount: '0.5', recipient_address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8' },
  reply: { 202: Payout },
  errors: [...PAYOUT_ERRORS, 'wallets.wallet_unknown', 'payouts.broadcast_failure'],
  prepare: async (ctx, { principal: { book, keyId }, params, body, prefer }) => {
    const wallet = await findWallet(ctx.db, book, params.id)
    const { customerId } = wallet
    const row: PayoutAsked = {
      ...{ amount: body.amount, currency: wallet.asset, network: undefined, customerId },
      destination: body.recipient_address,
      quoteId: undefined,
      externalId: body.external_id,
      metadata: body.metadata === '{}' ? wallet.metadata : body.metadata,
      sourceId: wallet.walletId,
      source: { purpose: 'customer.wallet', owner: walletOwner(customerId) },
    }
    const order = { kind: 'withdrawal', initiator: keyId, rows: [row] } as const
    const prepared = await prepareOrder(ctx, book, order)
    return async (dbTx, ctx) => {
      const created = await createPayouts(ctx, dbTx, { book, prepared })
      if (created.kind !== 'payout') throw new Error('one withdrawal is no batch')
      return sendingAnswer(book, created.payout, prefer)
    }
  },
})
