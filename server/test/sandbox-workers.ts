import { HDKey } from '@scure/bip32'
import { endowmentDeposit } from '../src/conversions/endow-liquidity.action.ts'
import { createAddressSource } from '../src/custody/address-source.ts'
import { createTreasury } from '../src/custody/treasury-key.action.ts'
import { bookDepositJob } from '../src/custody/book-deposit.job.ts'
import type { Signer } from '../src/custody/signer.client.ts'
import { watchChainJob } from '../src/custody/watch-chain.job.ts'
import { createLedger } from '../src/ledger/ledger.ts'
import { tellHalt } from '../src/main/tell-halt.ts'
import { treasuryDeposit } from '../src/sandbox/treasury-deposit.action.ts'
import { runDueOnce } from '../src/shell/job-loop.ts'
import type { Db } from '../src/shell/db.ts'
import { testSandbox, type LocalChain } from './sandbox.ts'
import { asksNoMore } from './signer-parts.ts'

/** A signer with a seed of its own, without a socket between. */
const signer: Signer = {
  hello: () => Promise.resolve({ version: 1, fingerprint: '0badcafe' }),
  xpub: (family, account) => {
    const path = `m/44'/${family.length}'/${account}'`
    const key = HDKey.fromMasterSeed(new Uint8Array(32).fill(3)).derive(path)
    return Promise.resolve({ path, xpub: key.publicExtendedKey, fingerprint: '0badcafe' })
  },
  ...asksNoMore,
}

/** A sandbox whose clock, when somebody sleeps, lets the workers work for that time. */
export async function workedSandbox(db: Db, local: readonly LocalChain[] = []) {
  const { ctx, book, live } = await testSandbox(db, local)
  const ledger = createLedger(ctx)
  const handlers = {
    payment: treasuryDeposit,
    wallet: treasuryDeposit,
    treasury: endowmentDeposit(treasuryDeposit),
  }
  const work = async (ms: number): Promise<void> => {
    ctx.clock.advance(ms)
    await runDueOnce(ctx, watchChainJob(ctx))
    await runDueOnce(ctx, bookDepositJob({ ...ctx, ledger, handlers, tellHalt: tellHalt(ctx) }))
  }
  const addresses = createAddressSource({ ...ctx, signer })
  const treasury = createTreasury({ ...ctx, signer })
  // One after the other: who sleeps while another's turn is worked on waits for it to end.
  let turn: Promise<void> = Promise.resolve()
  const sleep = (ms: number): Promise<void> => (turn = turn.then(() => work(ms)))
  const clock = { ...ctx.clock, sleep }
  return { ctx: { ...ctx, clock, addresses, treasury, ledger }, book, live }
}
