import { z } from 'zod'
import type { OutgoingKey } from '../src/custody/outgoing/outgoing.ts'
import { planOutgoing } from '../src/custody/outgoing/plan-outgoing.action.ts'
import { sendOutgoing } from '../src/custody/outgoing/send-outgoing.action.ts'
import { parseUnits } from '../src/money/amount.ts'
import { resolveAsset } from '../src/money/alias.ts'
import { units } from '../src/money/units.ts'
import { ensureSupply } from '../src/payouts/supply.action.ts'
import type { Supply } from '../src/payouts/supply.ts'
import { inDbTx } from '../src/shell/db.ts'
import type { PaymentWorld } from './payment-world.ts'
import { sendingIn } from './sweep-world.ts'

/** What is paid out where supply is tested, and its chain's coin. */
export const USDT = 'USDT_BSC'
/** The same as an asset. */
export const usdt = resolveAsset({ currency: USDT })
/** The coin of its chain. */
export const bnb = resolveAsset({ currency: 'BNB' })
/** The limit of a fee. */
export const FEE_MAX = units(10_000n)
const PAYEE = '0x52908400098527886E0F7030069857D2E4169EE7'

/** Units of so many dollars. */
export const dollars = (text: string) => parseUnits(text, usdt.decimals)

/** Asks for so much to be there. */
export const askSupply = (world: PaymentWorld, amount: string): Promise<Supply> =>
  ensureSupply(world.ctx, world.book, {
    asset: usdt.id,
    units: dollars(amount),
    feeMax: FEE_MAX,
  })

/** What is waited for. */
export const waitsFor = (supply: Supply): string => supply.waitsFor
/** Why; empty for nothing. */
export const problemOf = (supply: Supply): string =>
  supply.waitsFor === 'nothing' ? '' : supply.problem

const Wallet = z.object({ data: z.looseObject({ deposit_address: z.string() }) })

/** Wallets that received what is given, finally. */
export async function paidWallets(world: PaymentWorld, amounts: readonly string[]): Promise<void> {
  for (const [place, amount] of amounts.entries()) {
    const body = { customer_id: `c${place}`, currency: 'USDT', network: 'BSC' }
    const reply = await world.call('/v1/wallets', { method: 'POST', body })
    const { deposit_address: to } = Wallet.parse(reply.json).data
    await world.send({ to, currency: USDT, amount })
  }
  await world.mine(USDT, 15)
}

const treasuryOf = ({ ctx, book }: PaymentWorld) => ctx.treasury.keyOf(book, usdt.chain)

/** Coins that lie at the treasury's key. */
export async function fundTreasury(
  world: PaymentWorld,
  currency: string,
  amount: string,
): Promise<void> {
  const { address: to } = await treasuryOf(world)
  await world.send({ to, currency, amount })
  await world.mine(USDT, 15)
}

/** Plans a transaction that pays so much out of the treasury. */
export const planPayout = (world: PaymentWorld, objectId: string, amount: string): Promise<void> =>
  planPayoutTo(world, PAYEE, { objectId, amount })

/** The same to an address. */
export async function planPayoutTo(
  world: PaymentWorld,
  to: string,
  { objectId, amount }: Readonly<{ objectId: string; amount: string }>,
): Promise<void> {
  const { ctx, book } = world
  const key = await treasuryOf(world)
  const payment = { to, asset: usdt.id, units: dollars(amount) }
  const request = { from: [key], payments: [payment], speed: 'normal', feeMax: FEE_MAX } as const
  await inDbTx(ctx, (dbTx) =>
    planOutgoing(ctx, dbTx, { book, chain: usdt.chain, kind: 'payout', objectId, request }),
  )
}

/** Sends and mines everything, payouts too, of which nothing is booked here. */
export async function sendEverything(world: PaymentWorld): Promise<void> {
  const sending = sendingIn(world)
  const ctx = { ...sending, endings: { ...sending.endings, payout: () => Promise.resolve() } }
  for (let steps = 0; steps < 30; steps += 1) {
    const rows = await world.ctx.db.query<OutgoingKey>(
      'select book_id, outgoing_id from outgoing where due_at is not null',
    )
    for (const key of rows) await sendOutgoing(ctx, key)
    await world.mine(USDT, 2)
  }
}

/** The states of all sweeps, the oldest first. */
export const sweepStates = async ({ ctx, book }: PaymentWorld): Promise<readonly string[]> => {
  const rows = await ctx.db.query<{ state: string }>(
    'select state from sweep where book_id = $1 order by created_at, sweep_id',
    [book.bookId],
  )
  return rows.map((one) => one.state)
}
