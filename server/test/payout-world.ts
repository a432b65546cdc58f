import assert from 'node:assert/strict'
import { z } from 'zod'
import { reconcile } from '../src/custody/reconcile.action.ts'
import { chartBalances } from '../src/ledger/read-balances.action.ts'
import { resolveAsset } from '../src/money/alias.ts'
import { knownAsset } from '../src/money/registry.ts'
import { dispatchJob } from '../src/payouts/dispatch.job.ts'
import { runDueOnce } from '../src/shell/job-loop.ts'
import type { Reply } from './api.ts'
import { paymentWorld, type PaymentWorld } from './payment-world.ts'
import { sendDue } from './sweep-world.ts'

/** Addresses outside, by network family. */
export const PAYEES = {
  evm: '0x52908400098527886E0F7030069857D2E4169EE7',
  evmToo: '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  tron: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
  bitcoin: 'tb1qlsnye7xuurnzfv7n7rxwnlwa3t2u7al5pl9tsy',
  bitcoinToo: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
} as const

/** A payout as the tests look at it; amounts as the texts that were sent. */
const View = z.looseObject({
  id: z.string(),
  status: z.string(),
  amount: z.number(),
  estimated_fee: z.number(),
  net_amount: z.number(),
  tx_hash: z.string().nullable(),
  problem: z.string().nullable(),
  batch_id: z.string().nullable(),
})

/** A payout as an answer tells of it. */
export type PayoutTold = z.infer<typeof View>

/** The data of an answer that must have succeeded. */
export function dataOf<Data>(schema: z.ZodType<Data>, reply: Reply): Data {
  assert.ok(reply.status < 300, `${reply.status} ${reply.text}`)
  return z.object({ data: schema }).parse(reply.json).data
}

/** A payout in an answer. */
export const payoutIn = (reply: Reply): PayoutTold => dataOf(View, reply)

/** The status and code of a refusal. */
export const refusalIn = ({ status, json }: Reply): readonly [number, string] => [
  status,
  z.object({ error: z.string() }).parse(json).error,
]

/** The platform with everything that pays out, stepped by hand. */
export type PayoutWorld = Awaited<ReturnType<typeof payoutWorld>>

/** Makes such a world with a database of its own. */
export async function payoutWorld(...parts: Parameters<typeof paymentWorld>) {
  const world = await paymentWorld(...parts)
  const { call } = world
  const later = { prefer: 'respond-async' }
  return {
    ...world,
    /** Brings coins to the treasury, final: they are the organization's to spend. */
    fund: (currency: string, amount: string) => fund(world, currency, amount),
    /** Asks for a payout, without waiting for its broadcast. */
    ask: (body: object, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
      call('/v1/payouts', { method: 'POST', body, headers: { ...later, ...headers } }),
    post: (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
      call(path, { method: 'POST', body, headers: { ...later, ...headers } }),
    payout: async (id: string): Promise<PayoutTold> => payoutIn(await call(`/v1/payouts/${id}`)),
    dispatchDue: () => dispatchAll(world),
    /** Takes everything one step further: what is due is dispatched, sent, mined, booked. */
    step: async (currency: string): Promise<void> => {
      await dispatchAll(world)
      await sendDue(world)
      await world.mine(currency, 2)
    },
    /** Until nothing goes out any more. */
    sendAll: (currency: string) => sendAll(world, currency),
    /** What the organization may spend of a currency, in its units. */
    available: (currency: string) => availableOf(world, currency),
    /** What chain and books differ by, asset by asset, where they do. */
    differences: (currency: string) => differences(world, currency),
    eventsOf: async (id: string): Promise<readonly string[]> =>
      (await world.events()).filter((one) => one.objectId === id).map((one) => one.type),
  }
}

async function fund(world: PaymentWorld, currency: string, amount: string): Promise<void> {
  const { chain } = resolveAsset({ currency })
  const { address: to } = await world.ctx.treasury.keyOf(world.book, chain)
  await world.send({ to, currency, amount })
  await world.mine(currency, 20)
}

async function dispatchAll({ ctx }: PaymentWorld): Promise<void> {
  while ((await runDueOnce(ctx, dispatchJob(ctx))) > 0);
}

const STEPS_MAX = 40

async function sendAll(world: PaymentWorld, currency: string): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    await dispatchAll(world)
    await sendDue(world)
    await world.mine(currency, 2)
    const [open] = await world.ctx.db.query<{ open: boolean }>(
      `select exists (select 1 from outgoing where due_at is not null)
         or exists (select 1 from payout where due_at is not null) as open`,
    )
    if (open?.open !== true) return
    world.ctx.clock.advance(1_000)
  }
  const rows = await world.ctx.db.query('select state, problem from outgoing')
  assert.fail(`something still goes out: ${JSON.stringify(rows)}`)
}

async function availableOf({ ctx, book }: PaymentWorld, currency: string): Promise<bigint> {
  const { id } = resolveAsset({ currency })
  const rows = await chartBalances(ctx.db, book.bookId)
  const own = rows.find((row) => row.purpose === 'merchant.available' && row.asset === id)
  return own?.available ?? 0n
}

async function differences(world: PaymentWorld, currency: string): Promise<readonly string[]> {
  const { chain } = resolveAsset({ currency })
  const { assets } = await reconcile(world.ctx, world.book, chain)
  return assets
    .filter((one) => one.difference !== 0n)
    .map((one) => `${knownAsset(one.asset).code} ${one.difference}`)
}
