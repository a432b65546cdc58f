import { z } from 'zod'
import { positiveAmountSchema } from '../../money/amount-schema.ts'
import { listWalletHistory } from '../../payouts/wallet-transactions.action.ts'
import { claimDeposit, hearDepositClaim } from '../../wallets/claim-deposit.action.ts'
import { findWallet } from '../../wallets/read-wallets.action.ts'
import { claimSnapshot } from '../../wallets/snapshot.ts'
import { pricesOf, transactionsOf } from '../../wallets/view-wallets.action.ts'
import { route } from '../route.ts'
import { pageQuery, pagination } from './page.ts'
import { idParams, line } from './payment-shapes.ts'
import { ClaimedDeposit, Transaction, Withdrawal } from './wallet-shapes.ts'

/** `GET /v1/wallets/:id/transactions` */
export const listWalletTransactions = route({
  method: 'GET',
  path: '/v1/wallets/:id/transactions',
  summary: "List a wallet's transactions",
  description: 'Deposits and withdrawals, newest first.',
  tag: 'Wallets',
  params: idParams,
  query: z.strictObject(pageQuery),
  reply: { 200: z.array(z.union([Transaction, Withdrawal])) },
  errors: ['wallets.wallet_unknown', 'payouts.payout_place_unknown'],
  handle: async (ctx, { principal: { book }, params, query }) => {
    const wallet = await findWallet(ctx.db, book, params.id)
    const listed = await listWalletHistory(ctx, book, { wallet, place: query })
    return {
      status: 200,
      data: listed.items,
      pagination: pagination(query, listed.total, listed.next),
    }
  },
})

/** `POST /v1/wallets/:id/deposit` */
export const recordDeposit = route({
  method: 'POST',
  path: '/v1/wallets/:id/deposit',
  summary: 'Name a transaction that paid a wallet',
  description:
    'Has the chain looked at. It credits nothing: what the chain shows is credited once, whoever saw it first, and told by `wallet.deposit.completed`. What the chain does not show yet answers 202 and is watched for during 24 hours. In the sandbox, `simulate` makes the transaction in place of `tx_hash`.',
  tag: 'Wallets',
  params: idParams,
  body: z
    .strictObject({
      amount: positiveAmountSchema,
      tx_hash: line(200)
        .optional()
        .meta({ examples: ['0x…'] }),
      simulate: z.boolean().optional(),
    })
    .refine((body) => body.simulate === true || body.tx_hash !== undefined, {
      path: ['tx_hash'],
      error: 'It is required.',
    }),
  example: { amount: '1.25', tx_hash: '0x…' },
  reply: { 200: ClaimedDeposit, 202: ClaimedDeposit },
  errors: [
    'wallets.wallet_unknown',
    'wallets.deposit_mismatch',
    'money.amount_too_precise',
    'money.amount_out_of_range',
    'sandbox.test_key_needed',
    'sandbox.chain_not_playable',
  ],
  prepare: async (ctx, { principal: { book }, params, body }) => {
    const wallet = await findWallet(ctx.db, book, params.id)
    const txHash = body.simulate === true ? undefined : body.tx_hash
    const claim = await hearDepositClaim(ctx, book, { wallet, amount: body.amount, txHash })
    const prices = await pricesOf(ctx, book, [wallet.asset])
    return async (dbTx) => {
      const deposits = await claimDeposit(ctx, dbTx, { book, claim })
      const reading = { db: dbTx, chains: ctx.chains, prices }
      const transactions = await transactionsOf(reading, book, { wallet, deposits })
      const data = claimSnapshot(claim, { transactions, price: prices.get(wallet.asset) })
      return { status: deposits.length === 0 ? 202 : 200, data }
    }
  },
})
