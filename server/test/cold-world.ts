import { z } from 'zod'
import { reservedOf } from '../src/sweeps/cold/plan-cold.action.ts'
import { CHANGE_DELAY_MS } from '../src/sweeps/cold/cold-wallet.ts'
import { moveColdJob } from '../src/sweeps/cold/move-cold.job.ts'
import { runDueOnce } from '../src/shell/job-loop.ts'
import { units } from '../src/money/units.ts'
import { dataOf, payoutWorld, type PayoutWorld } from './payout-world.ts'
import { sendDue } from './sweep-world.ts'
import { USDT, usdt } from './supply-world.ts'

/** Of a wallet whose keys nobody here has. */
export const COLD = '0x8617E340B3D01FA5F11F306F4090FD50E238070D'

/** A dollar in units. */
export const WHOLE = 10n ** 18n

/** A transfer as an answer tells of it. */
export const Transfer = z.looseObject({
  id: z.string(),
  status: z.string(),
  amount: z.string(),
  fee: z.string().nullable(),
  problem: z.string().nullable(),
})

/** What a plan answers. */
export const ColdPlan = z.looseObject({
  held: z.string(),
  keep: z.string(),
  reserved: z.string(),
  amount: z.string(),
  cost: z.string(),
  worthwhile: z.boolean(),
})

/** A cold wallet as it is answered. */
export const ColdWallet = z.looseObject({
  id: z.string(),
  in_force: z.looseObject({ address: z.string(), keep: z.string() }).nullable(),
  next: z
    .looseObject({ address: z.string(), keep: z.string(), effective_at: z.string() })
    .nullable(),
})

/** The settings' path. */
export const SETTINGS = '/v1/settings/cold-wallets'

/** Asks for a cold wallet. */
export const putCold = (world: PayoutWorld, more: object = {}) =>
  world.call(SETTINGS, {
    method: 'PUT',
    body: { currency: USDT, address: COLD, keep: '30', ...more },
  })

/** Sets one and lets its delay pass. */
export async function settleCold(world: PayoutWorld, more: object = {}): Promise<void> {
  dataOf(ColdWallet, await putCold(world, more))
  await world.pass(CHANGE_DELAY_MS)
}

/** A world with a cold wallet in force, of which 30 dollars stay hot, and so much in the treasury. */
export async function coldWorld(amount: string, more: object = {}): Promise<PayoutWorld> {
  const world = await payoutWorld()
  await world.fund('BNB', '1')
  await settleCold(world, more)
  await world.fund(USDT, amount)
  return world
}

/** Asks by hand. */
export const sendCold = (world: PayoutWorld) => world.post('/v1/sweeps/cold', { currency: USDT })

/** What would be sent now. */
export const planOfCold = async (world: PayoutWorld) =>
  dataOf(ColdPlan, await world.call(`/v1/sweeps/cold/plan?currency=${USDT}`))

/** A transfer as it is answered now. */
export const transferOf = async (world: PayoutWorld, id: string) =>
  dataOf(Transfer, await world.call(`/v1/sweeps/cold/${id}`))

/** All transfers, the newest first. */
export const transfersOf = async (world: PayoutWorld) =>
  dataOf(z.array(Transfer), await world.call('/v1/sweeps/cold'))

/** Does what falls due by itself. */
export async function moveColdDue({ ctx }: PayoutWorld): Promise<void> {
  while ((await runDueOnce(ctx, moveColdJob(ctx))) > 0);
}

/** Sends, mines and books, and looks at cold wallets, until nothing goes out any more. */
export async function toTheEnd(world: PayoutWorld): Promise<void> {
  for (let rounds = 0; rounds < 4; rounds += 1) {
    await world.sendAll(USDT)
    await moveColdDue(world)
  }
  for (let steps = 0; steps < 8; steps += 1) {
    await sendDue(world)
    await world.mine(USDT, 4)
  }
}

/** What the chain has at an address in dollars' units. */
export async function onChain({ ctx, book }: PayoutWorld, address: string): Promise<bigint> {
  const adapter = ctx.chains.of(book, usdt.chain)?.adapter
  if (adapter === undefined) throw new Error('there is a chain')
  const { latest } = await adapter.tips()
  return adapter.balanceOf(address, usdt.id, latest.height)
}

/** The treasury's address. */
export const treasuryOf = async ({ ctx, book }: PayoutWorld): Promise<string> =>
  (await ctx.treasury.keyOf(book, usdt.chain)).address

/** What payouts hold. */
export const reserved = ({ ctx, book }: PayoutWorld) =>
  reservedOf(ctx.db, { bookId: book.bookId, asset: usdt.id })

/** A fee that makes small amounts not worth it. */
export const DEAR = units(10n ** 15n)

/** Whether anybody waits for somebody else's lock. */
export const waitsForLock = async ({ ctx }: PayoutWorld): Promise<boolean> =>
  (await ctx.db.query('select from pg_locks where not granted')).length > 0
