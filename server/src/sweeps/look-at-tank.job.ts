import { bookById } from '../custody/read-custody.action.ts'
import type { Chains } from '../custody/chains.ts'
import type { Treasury } from '../custody/treasury-key.action.ts'
import { appendEvent } from '../events/append-event.ts'
import { AppError } from '../errors/app-error.ts'
import { formatUnits } from '../money/amount.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { ShellCtx } from '../shell/context.ts'
import { inDbTx } from '../shell/db.ts'
import type { Job } from '../shell/job-loop.ts'
import { lockTank, writeTank, type Tank, type TankKey } from './tank.store.ts'

/** What looking after tanks needs. */
export type TankCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids'> &
  Readonly<{ chains: Chains; treasury: Treasury }>

const LOOK_MS = 5 * 60_000

/** Looks whether tanks still pay for the next sweeps, and tells when one no longer does. */
export const lookAtTankJob = (ctx: TankCtx): Job<TankKey> => ({
  name: 'look-at-tank',
  table: 'gas_tank',
  key: ['book_id', 'chain'],
  clock: 'machine',
  batch: 8,
  leaseMs: 60_000,
  triesMax: 10,
  run: (key) => lookAtTank(ctx, key),
  giveUp: (key) =>
    inDbTx(ctx, async (dbTx) => {
      const tank = await lockTank(dbTx, key)
      const now = ctx.clock.now()
      await writeTank(dbTx, key, { ...tank, now, dueAt: now + LOOK_MS })
    }),
})

/** Compares what the treasury holds of a chain's coin with what it should hold. */
export async function lookAtTank(ctx: TankCtx, key: TankKey): Promise<void> {
  const book = await bookById(ctx.db, key.book_id)
  const chain = ctx.chains.of(book, key.chain)
  if (chain === undefined) throw new AppError('chain.unreachable', { chain: key.chain })
  const treasury = await ctx.treasury.keyOf(book, key.chain)
  const { latest } = await chain.adapter.tips()
  const { native } = knownNetwork(key.chain)
  const held = await chain.adapter.balanceOf(treasury.address, native, latest.height)
  await inDbTx(ctx, async (dbTx) => {
    const before = await lockTank(dbTx, key)
    const state = held < before.wanted ? 'low' : 'enough'
    const now = ctx.clock.now()
    const after: Tank = { ...before, state, units: held }
    await writeTank(dbTx, key, { ...after, now, dueAt: now + LOOK_MS })
    if (state === before.state) return
    await appendEvent(ctx, dbTx, {
      book,
      type: state === 'low' ? 'treasury.gas_low' : 'treasury.gas_enough',
      objectId: `tank:${key.chain}`,
      object: tankSnapshot(key, after, treasury.address),
    })
  })
}

function tankSnapshot({ chain }: TankKey, tank: Tank, address: string): object {
  const { name, native } = knownNetwork(chain)
  const { currency, decimals } = knownAsset(native)
  return {
    network: name,
    address,
    currency,
    amount: formatUnits(tank.units, decimals),
    wanted: formatUnits(tank.wanted, decimals),
    status: tank.state,
  }
}
