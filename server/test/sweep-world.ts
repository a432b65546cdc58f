import assert from 'node:assert/strict'
import type { SigningKey } from '../src/chains/contract-sending.ts'
import { simulatedCodec } from '../src/chains/simulated/codec.ts'
import type { OutgoingKey } from '../src/custody/outgoing/outgoing.ts'
import { sendOutgoing } from '../src/custody/outgoing/send-outgoing.action.ts'
import type { SendOutgoingCtx } from '../src/custody/outgoing/standing.ts'
import type { ChainId } from '../src/money/units.ts'
import type { BookId } from '../src/shell/book.ts'
import { rootOf } from '../src/signer/derivation.ts'
import { payoutEnded } from '../src/payouts/end-payout.action.ts'
import { coldEnded } from '../src/sweeps/cold/end-cold.action.ts'
import { setupEnded } from '../src/sweeps/end-setup.action.ts'
import { sweepEnded } from '../src/sweeps/end-sweep.action.ts'
import { lookAtTank } from '../src/sweeps/look-at-tank.job.ts'
import type { PaymentWorld } from './payment-world.ts'

const root = rootOf(new Uint8Array(32).fill(3))

/** Signs as the signer's process would for the same seed, with no policy in between. */
const sign: SendOutgoingCtx['sign'] = ({ intent, unsigned }) => {
  const keys = intent.keys.map(({ path, address }): SigningKey => {
    const { privateKey } = root.derive(path)
    assert.ok(privateKey !== null)
    return { address, privateKey }
  })
  return Promise.resolve(simulatedCodec.sign(intent.chain, unsigned, keys))
}

/** What sends, in a world in which nothing runs by itself. */
export const sendingIn = ({ ctx }: PaymentWorld): SendOutgoingCtx => ({
  ...ctx,
  sign,
  signedBefore: () => Promise.resolve([]),
  endings: {
    sweep: sweepEnded(ctx),
    setup: setupEnded(ctx),
    payout: payoutEnded(ctx),
    cold: coldEnded(ctx),
  },
})

/** All that goes out and is not at its end. */
export const dueOutgoings = ({ ctx }: PaymentWorld): Promise<readonly OutgoingKey[]> =>
  ctx.db.query('select book_id, outgoing_id from outgoing where due_at is not null')

/** Takes everything that goes out one step further. */
export async function sendDue(world: PaymentWorld): Promise<void> {
  for (const key of await dueOutgoings(world)) await sendOutgoing(sendingIn(world), key)
}

/** Sends, mines and books until nothing goes out any more. */
export async function sweepToTheEnd(world: PaymentWorld, currency: string): Promise<void> {
  for (let steps = 0; steps < 30; steps += 1) {
    await sendDue(world)
    await world.mine(currency, 2)
  }
}

/** Looks at every tank once. */
export async function lookAtTanks(world: PaymentWorld): Promise<void> {
  const rows = await world.ctx.db.query<{ book_id: BookId; chain: ChainId }>(
    'select book_id, chain from gas_tank',
  )
  for (const key of rows) await lookAtTank(world.ctx, key)
}
