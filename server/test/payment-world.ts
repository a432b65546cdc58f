import assert from 'node:assert/strict'
import type { ManyNodes } from '../src/chains/node/many-nodes.ts'
import type { SandboxNode } from '../src/chains/sandbox-node.ts'
import {
  createCheckoutSession,
  getCheckoutSession,
  listCheckoutSessions,
  verifyCheckoutSession,
} from '../src/api/crytom/checkout.routes.ts'
import {
  acceptException,
  creditException,
  getException,
  ignoreException,
  listOpenExceptions,
  refundException,
  repriceException,
} from '../src/api/crytom/exceptions.routes.ts'
import { createInvoice, getInvoice, listInvoices } from '../src/api/crytom/invoices.routes.ts'
import { createPayment, getPayment, listAllPayments } from '../src/api/crytom/payments.routes.ts'
import { changeConfirmations, listConfirmations } from '../src/api/crytom/confirmations.routes.ts'
import { sandboxBehaviour, sandboxResume } from '../src/api/crytom/sandbox-chains.routes.ts'
import * as explain from '../src/api/crytom/explain.routes.ts'
import * as walletDepositRoutes from '../src/api/crytom/wallet-deposits.routes.ts'
import * as sweeps from '../src/api/crytom/sweeps.routes.ts'
import * as wallets from '../src/api/crytom/wallets.routes.ts'
import { createTreasury } from '../src/custody/treasury-key.action.ts'
import { createAddressSource } from '../src/custody/address-source.ts'
import { bookDeposit } from '../src/custody/book-deposit.action.ts'
import type { Signer } from '../src/custody/signer.client.ts'
import { watchChain } from '../src/custody/watch-chain.action.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { chartBalances } from '../src/ledger/read-balances.action.ts'
import { createChains } from '../src/main/chains.ts'
import { tellHalt as tellHaltOf } from '../src/main/tell-halt.ts'
import { parseUnits } from '../src/money/amount.ts'
import { resolveAsset } from '../src/money/alias.ts'
import { knownAsset } from '../src/money/registry.ts'
import { expirePaymentJob } from '../src/payments/expire-payment.job.ts'
import { depositHandler } from '../src/payments/take-deposit.action.ts'
import { createRates } from '../src/rates/rates.ts'
import { createFaucet } from '../src/sandbox/faucet.action.ts'
import { createSandboxNodes } from '../src/sandbox/sandbox-nodes.ts'
import { treasuryDeposit } from '../src/sandbox/treasury-deposit.action.ts'
import type { Book } from '../src/shell/book.ts'
import { openDb } from '../src/shell/db.ts'
import { runDueOnce } from '../src/shell/job-loop.ts'
import { coldReturns } from '../src/sweeps/cold/cold-returns.action.ts'
import { toldDeposits } from '../src/sweeps/told-deposits.action.ts'
import { walletDeposits } from '../src/wallets/credit-deposit.action.ts'
import { endClaimJob } from '../src/wallets/end-claim.job.ts'
import { accountKey, fingerprintOf, rootOf } from '../src/signer/derivation.ts'
import { noSigner, testApi } from './api.ts'
import { dueDeposits, watchedKeys } from './custody-world.ts'
import { testDatabase } from './database.ts'
import { viewSchema, type View } from './payment-view.ts'
import { payoutRoutes } from './payout-routes.ts'
import { testOutbound } from './outbound.ts'
import { testShell } from './shell.ts'
import { asksNoMore } from './signer-parts.ts'

/** The routes of payments, as they are served. */
export const paymentRoutes = [
  createCheckoutSession,
  listCheckoutSessions,
  getCheckoutSession,
  verifyCheckoutSession,
  createInvoice,
  listInvoices,
  getInvoice,
  createPayment,
  listAllPayments,
  getPayment,
  listOpenExceptions,
  getException,
  acceptException,
  repriceException,
  refundException,
  creditException,
  ignoreException,
]

/** The routes of wallets, of when they are credited, and of nodes that misbehave. */
const walletRoutes = [
  wallets.listSupported,
  wallets.createWallet,
  wallets.listAllWallets,
  wallets.readAggregated,
  wallets.lookupWallet,
  wallets.getWallet,
  walletDepositRoutes.listWalletTransactions,
  walletDepositRoutes.recordDeposit,
  listConfirmations,
  changeConfirmations,
  sweeps.planASweep,
  sweeps.createSweep,
  sweeps.listAllSweeps,
  sweeps.getSweep,
  explain.explainAPayment,
  explain.explainCheckoutSession,
  explain.explainInvoice,
  explain.explainAnException,
  explain.explainASweep,
  explain.explainAPayout,
  explain.explainARefund,
  sandboxBehaviour,
  sandboxResume,
]

/** Keys as a signer would give them, without its process: derivation is all that is asked here. */
export const keysOnly: Signer = {
  hello: () => Promise.resolve({ version: 1, fingerprint: fingerprintOf(root) }),
  xpub: (family, account) =>
    Promise.resolve({ ...accountKey(root, family, account), fingerprint: fingerprintOf(root) }),
  ...asksNoMore,
}
const root = rootOf(new Uint8Array(32).fill(3))

/** The platform from the API down to simulated chains; nothing runs unless it is told to. */
export type PaymentWorld = Awaited<ReturnType<typeof paymentWorld>>

/** A chain that sandbox books see behind a real node, both sides of it. */
export type RealStage = Readonly<{ nodes: ManyNodes; node: SandboxNode }>

/**
 * Makes a world with a database of its own.
 *
 * @param env settings that differ from the defaults
 * @param connectionsMax of its pool
 * @param real a chain behind a real node; all others are simulated
 */
export async function paymentWorld(
  env: Readonly<Record<string, string>> = {},
  connectionsMax = 10,
  real: readonly RealStage[] = [],
) {
  const database = await testDatabase()
  const db = openDb(database.url, { connectionsMax, refuseSecond: true })
  const shell = testShell(db, { COFFER_RATE_LIMIT: '1000000', ...env })
  const chains = createChains(
    shell,
    real.map(({ nodes }) => ({ environment: 'test', nodes })),
  )
  const ledger = createLedger(shell)
  const rates = createRates(shell)
  const local = new Map(real.map(({ nodes, node }) => [nodes.adapter.chain, node]))
  const nodes = createSandboxNodes({ ...shell, chains }, local)
  const addresses = createAddressSource({ ...shell, chains, signer: keysOnly })
  const outbound = testOutbound(shell.clock)
  const tellHalt = tellHaltOf(shell)
  const treasury = createTreasury({ ...shell, chains, signer: keysOnly })
  const faucet = createFaucet({ ...shell, chains, nodes, treasury })
  const signedBefore: Signer['signed'] = () => Promise.resolve([])
  const own = { addresses, treasury, faucet, giveSignerCode: noSigner, signedBefore }
  const ctx = { ...shell, chains, ledger, rates, nodes, outbound, tellHalt, ...own }
  const payments = depositHandler(ctx)
  const handlers = {
    payment: payments,
    wallet: walletDeposits(ctx),
    treasury: toldDeposits(ctx, coldReturns(treasuryDeposit)),
  }
  const api = await testApi(ctx, { routes: [...paymentRoutes, ...walletRoutes, ...payoutRoutes] })
  const book = api.organization.test
  const settle = async (): Promise<void> => {
    for (const key of await watchedKeys(ctx.db)) await watchChain(ctx, key)
    for (const key of await dueDeposits(ctx.db)) await bookDeposit({ ...ctx, handlers }, key)
    while ((await runDueOnce(ctx, expirePaymentJob(ctx))) > 0);
    while ((await runDueOnce(ctx, endClaimJob(ctx))) > 0);
  }
  return {
    ctx,
    book,
    /** Of its database. */
    url: database.url,
    api,
    call: api.call,
    /** Looks at every watched chain, books what is due, and lets time do its work. */
    settle,
    /** Brings coins into the mempool; `network` where the currency does not say it. */
    send: (paid: Paid) => send(nodeOf(ctx, book, paid), paid),
    mine: async (currency: string, blocks: number): Promise<void> => {
      await nodeOf(ctx, book, { currency }).mine(blocks)
      await settle()
    },
    node: (currency: string) => nodeOf(ctx, book, { currency }),
    pass: async (ms: number): Promise<void> => {
      shell.clock.advance(ms)
      await settle()
    },
    /** What the accounts of the book hold, as `purpose code` to units; empty ones are left out. */
    holdings: () => holdings(ctx, book),
    events: () => events(ctx, book),
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

type Paid = Readonly<{ to: string; currency: string; network?: string; amount: string }>
type NodeCtx = Readonly<{ nodes: ReturnType<typeof createSandboxNodes> }>

function nodeOf(
  ctx: NodeCtx,
  book: Book,
  of: Readonly<{ currency: string; network?: string }>,
): SandboxNode {
  const node = ctx.nodes.of(book, resolveAsset(of).chain)
  assert.ok(node, `there is a chain of ${of.currency}`)
  return node
}

function send(node: SandboxNode, { to, amount, ...of }: Paid): Promise<string> {
  const asset = resolveAsset(of)
  return node.send('normal', [{ to, asset: asset.id, units: parseUnits(amount, asset.decimals) }])
}

async function holdings({ db }: TestApiDb, book: Book): Promise<Readonly<Record<string, bigint>>> {
  const rows = await chartBalances(db, book.bookId)
  return Object.fromEntries(
    rows
      .filter((row) => row.posted !== 0n)
      .map((row) => [`${row.purpose} ${knownAsset(row.asset).code}`, row.posted]),
  )
}

type TestApiDb = Readonly<{ db: Parameters<typeof chartBalances>[0] }>

/** Events by object, in the order of each; by type and with what they tell. */
async function events({ db }: TestApiDb, book: Book): Promise<readonly ToldEvent[]> {
  const rows = await db.query<{ type: string; object_id: string; snapshot: string }>(
    `select type, object_id, snapshot from event where book_id = $1
     order by created_at, object_id, sequence`,
    [book.bookId],
  )
  return rows.map(({ type, object_id: objectId, snapshot }) => ({
    type,
    objectId,
    data: viewSchema.parse(JSON.parse(snapshot)),
  }))
}

/** An event as the log holds it. */
export type ToldEvent = Readonly<{ type: string; objectId: string; data: View }>
