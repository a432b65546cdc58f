import { createIdempotency } from '../server/src/api/idempotency.ts'
import { createSharedWork } from '../server/src/api/shared-work.ts'
import type { SigningKey } from '../server/src/chains/contract-sending.ts'
import { simulatedCodec } from '../server/src/chains/simulated/codec.ts'
import type { BookDepositCtx } from '../server/src/custody/book-deposit.action.ts'
import { bookDepositJob } from '../server/src/custody/book-deposit.job.ts'
import type { Signer } from '../server/src/custody/signer.client.ts'
import { createTreasury } from '../server/src/custody/treasury-key.action.ts'
import { sendOutgoingJob } from '../server/src/custody/outgoing/send-outgoing.job.ts'
import type { SendOutgoingCtx } from '../server/src/custody/outgoing/standing.ts'
import { runChainWatches } from '../server/src/custody/watch-chain.job.ts'
import { createLedger } from '../server/src/ledger/ledger.ts'
import { createChains } from '../server/src/main/chains.ts'
import { tellHalt } from '../server/src/main/tell-halt.ts'
import type { SettleCtx } from '../server/src/payments/settle.action.ts'
import { depositHandler } from '../server/src/payments/take-deposit.action.ts'
import { createPayouts, prepareOrder } from '../server/src/payouts/create-payouts.action.ts'
import type { EndCtx } from '../server/src/payouts/cancel.action.ts'
import type { DispatchCtx } from '../server/src/payouts/dispatch.action.ts'
import { dispatchJob } from '../server/src/payouts/dispatch.job.ts'
import { payoutEnded } from '../server/src/payouts/end-payout.action.ts'
import type { PayoutAsked } from '../server/src/payouts/payout-request.ts'
import { createRates } from '../server/src/rates/rates.ts'
import { addFunds } from '../server/src/sandbox/add-funds.action.ts'
import { createFaucet } from '../server/src/sandbox/faucet.action.ts'
import { createSandboxNodes } from '../server/src/sandbox/sandbox-nodes.ts'
import { treasuryDeposit } from '../server/src/sandbox/treasury-deposit.action.ts'
import { systemClock } from '../server/src/shell/clock.ts'
import { readConfig } from '../server/src/shell/config.ts'
import type { ShellCtx } from '../server/src/shell/context.ts'
import type { Db, DbTx } from '../server/src/shell/db.ts'
import { createIds } from '../server/src/shell/ids.ts'
import { runJob } from '../server/src/shell/job-loop.ts'
import { createLog } from '../server/src/shell/log.ts'
import { createSealer } from '../server/src/shell/sealer.ts'
import { accountKey, fingerprintOf, rootOf } from '../server/src/signer/derivation.ts'
import { createOrganization } from '../server/src/tenancy/create-organization.action.ts'
import { walletDeposits } from '../server/src/wallets/credit-deposit.action.ts'
import { asksNoMore } from '../server/test/signer-parts.ts'

/** What is paid out, and from where: a currency on a network of the simulator. */
export type Route = Readonly<{ currency: string; network: string; destination: string }>

/** An organization that pays out, with everything that sends in this process. */
export type PayoutOffice = Awaited<ReturnType<typeof openPayoutOffice>>

const root = rootOf(new Uint8Array(32).fill(3))

/** Keys as a signer would give them and signatures as it would make them, without its process. */
const keys: Signer = {
  ...asksNoMore,
  hello: () => Promise.resolve({ version: 1, fingerprint: fingerprintOf(root) }),
  xpub: (family, account) =>
    Promise.resolve({ ...accountKey(root, family, account), fingerprint: fingerprintOf(root) }),
}

const sign: SendOutgoingCtx['sign'] = ({ intent, unsigned }) => {
  const own = intent.keys.map(({ path, address }): SigningKey => {
    const { privateKey } = root.derive(path)
    if (privateKey === null) throw new Error(`there is no key at ${path}`)
    return { address, privateKey }
  })
  return Promise.resolve(simulatedCodec.sign(intent.chain, unsigned, own))
}

/** Opens it on a migrated database. @param routes what it is funded for */
export async function openPayoutOffice(db: Db, routes: readonly Route[]) {
  const shell = {
    ...{ db, clock: systemClock, ids: createIds(systemClock), log: createLog('fatal') },
    config: readConfig({ PORT: '0' }),
    sealer: createSealer(new Uint8Array(32).fill(7)),
  }
  const chains = createChains(shell, [])
  const ledger = createLedger(shell)
  const nodes = createSandboxNodes({ ...shell, chains }, new Map())
  const treasury = createTreasury({ ...shell, chains, signer: keys })
  const ctx = {
    ...{ ...shell, chains, ledger, nodes, treasury, tellHalt: tellHalt(shell) },
    rates: createRates(shell),
    faucet: createFaucet({ ...shell, chains, nodes, treasury }),
  }
  const { test: book } = await createOrganization(shell, { name: 'Bench' })
  {
    await using _ = startWorkers(ctx)
    for (const { currency, network } of routes) {
      const { status } = await addFunds(ctx, book, { currency, network, amount: '10000000' })
      if (status !== 'available') throw new Error(`${currency} was not booked in time`)
    }
  }
  const share = createSharedWork({ db, idempotency: createIdempotency(shell) })
  /** As `POST /v1/payouts` with `Prefer: respond-async`. @returns the payout's id */
  const create = async (route: Route): Promise<string> => {
    const order = { kind: 'payout', initiator: 'key_bench', rows: [askedOf(route)] } as const
    const prepared = await prepareOrder(ctx, book, order)
    const run = async (dbTx: DbTx) => {
      const created = await createPayouts(ctx, dbTx, { book, prepared })
      if (created.kind !== 'payout') throw new Error('one payout is no batch')
      return { status: 202, headers: {}, text: created.payout.payoutId }
    }
    return (await share({ run, claim: undefined })).text
  }
  return { ctx, book, ledger, create, startWorkers: () => startWorkers(ctx) }
}

const askedOf = ({ currency, network, destination }: Route): PayoutAsked => ({
  ...{ amount: '0.01', currency, network, destination },
  ...{ quoteId: undefined, externalId: undefined, customerId: undefined, metadata: '{}' },
  ...{ sourceId: undefined, source: { purpose: 'merchant.available' } },
})

type WorkerCtx = DispatchCtx &
  EndCtx &
  SettleCtx &
  Omit<BookDepositCtx, 'handlers'> &
  Pick<ShellCtx, 'log'>

/** What the role `worker` runs of it. */
function startWorkers(ctx: WorkerCtx): AsyncDisposable {
  const stop = new AbortController()
  const { signal } = stop
  const payments = depositHandler(ctx)
  const handlers = { payment: payments, wallet: walletDeposits(ctx), treasury: treasuryDeposit }
  const sending: SendOutgoingCtx = {
    ...ctx,
    sign,
    signedBefore: () => Promise.resolve([]),
    endings: { payout: payoutEnded(ctx) },
  }
  const loops = [
    runChainWatches(ctx, signal),
    runJob(ctx, bookDepositJob({ ...ctx, handlers }), signal),
    runJob(ctx, sendOutgoingJob(sending), signal),
    runJob(ctx, dispatchJob(ctx), signal),
  ]
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await Promise.all(loops)
    },
  }
}
