import assert from 'node:assert/strict'
import { z } from 'zod'
import { sendOutgoing } from '../../src/custody/outgoing/send-outgoing.action.ts'
import type { SendOutgoingCtx } from '../../src/custody/outgoing/standing.ts'
import type { SigningKey } from '../../src/chains/contract-sending.ts'
import { evmCodec } from '../../src/chains/evm/codec.ts'
import { simulatedCodec } from '../../src/chains/simulated/codec.ts'
import { formatUnits } from '../../src/money/amount.ts'
import type { BookId } from '../../src/shell/book.ts'
import { rootOf } from '../../src/signer/derivation.ts'
import { sweepEnded } from '../../src/sweeps/end-sweep.action.ts'
import { makeSweeper } from '../evm-sending-world.ts'
import { CHAIN } from '../evm-world.ts'
import { assertReconciled, comeToRest } from './fresh-scan.ts'
import { setScene, type Scene, type Stage } from './scene.ts'

const Leg = z.looseObject({ address: z.string(), amount: z.string() })
const Plan = z.object({ data: z.looseObject({ treasury: z.string(), legs: z.array(Leg) }) })
const Sweep = z.looseObject({ id: z.string(), status: z.string(), problem: z.string().nullable() })
const Answer = z.object({ data: Sweep })
const ENOUGH = 40

/** A scene with a treasury that can pay for sweeps, and wallets with final deposits. */
export type SweepScene = Scene &
  Readonly<{
    treasury: string
    wallets: readonly string[]
    /** Begins a sweep of all that is there. @returns its id */
    startSweep: () => Promise<string>
    statusOf: (id: string) => Promise<string>
    /** Takes all that goes out one step further. */
    step: () => Promise<void>
    /** Steps until a sweep is in this state of the sending, before anything is mined for it. */
    stepTo: (state: string) => Promise<void>
    /** The transaction that was made for what goes out. */
    sweepTx: () => Promise<string>
    /** Steps and mines until nothing goes out any more. */
    sendAll: () => Promise<void>
    /** Addresses with coins to sweep, and how much, as decimal text. */
    left: () => Promise<Readonly<Record<string, string>>>
    /** What an address has on the chain, as decimal text. */
    onChain: (address: string) => Promise<string>
    /** Every end of a sweep: one transaction of each completed one is mined, no key is taken. */
    endsClean: () => Promise<void>
  }>

const root = rootOf(new Uint8Array(32).fill(3))

/** Signs as the signer's process would for the same seed, with no policy in between. */
const sign: SendOutgoingCtx['sign'] = ({ intent, unsigned }) => {
  const keys = intent.keys.map(({ path, address }): SigningKey => {
    const { privateKey } = root.derive(path)
    assert.ok(privateKey !== null)
    return { address, privateKey }
  })
  const codec = intent.chain === CHAIN ? evmCodec : simulatedCodec
  return Promise.resolve(codec.sign(intent.chain, unsigned, keys))
}

/** Sets a scene of sweeping: so much was paid to each of the wallets. */
export async function setSweepScene(stage: Stage, paid: readonly string[]): Promise<SweepScene> {
  await using stack = new AsyncDisposableStack()
  const scene = stack.use(await setScene(stage))
  const { world, asset, coin, evm } = scene
  const planOf = async () =>
    Plan.parse((await world.call(`/v1/sweeps/plan?currency=${stage.currency}`)).json).data
  const wallets: string[] = []
  for (const place of paid.keys()) wallets.push(await scene.openWallet(`c${place}`))
  const { treasury } = await planOf()
  if (evm !== undefined) await makeSweeper(evm, treasury)
  await scene.mine(1)
  await scene.send(treasury, '1', { asset: coin })
  for (const [place, address] of wallets.entries()) await scene.send(address, paid[place] ?? '')
  await scene.toFinal()
  const verbs = sweeping(scene, stage)
  const owned = stack.move()
  return {
    ...{ ...scene, ...verbs, treasury, wallets },
    left: async () =>
      Object.fromEntries((await planOf()).legs.map((leg) => [leg.address, leg.amount])),
    onChain: async (address) => {
      const adapter = world.ctx.chains.of(world.book, asset.chain)?.adapter
      assert.ok(adapter)
      const { latest } = await adapter.tips()
      const held = await adapter.balanceOf(address, asset.id, latest.height)
      return formatUnits(held, asset.decimals)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

type Sweeping = Pick<
  SweepScene,
  'startSweep' | 'statusOf' | 'step' | 'stepTo' | 'sweepTx' | 'sendAll' | 'endsClean'
>

function sweeping(scene: Scene, stage: Stage): Sweeping {
  const { world } = scene
  const { db } = world.ctx
  const ctx: SendOutgoingCtx = {
    ...{ ...world.ctx, sign, signedBefore: () => Promise.resolve([]) },
    endings: { sweep: sweepEnded(world.ctx) },
  }
  const step = async (): Promise<void> => {
    const due = await db.query<{ book_id: BookId; outgoing_id: string }>(
      'select book_id, outgoing_id from outgoing where due_at is not null',
    )
    for (const key of due) await sendOutgoing(ctx, key)
  }
  const states = async (): Promise<readonly string[]> =>
    (
      await db.query<{ state: string }>(
        'select state from outgoing order by created_at, outgoing_id',
      )
    ).map((one) => one.state)
  return {
    step,
    startSweep: async () => {
      const body = { currency: stage.currency }
      const reply = await world.call('/v1/sweeps', { method: 'POST', body })
      assert.equal(reply.status, 202, reply.text)
      return Answer.parse(reply.json).data.id
    },
    statusOf: async (id) => {
      const { data } = Answer.parse((await world.call(`/v1/sweeps/${id}`)).json)
      return data.status
    },
    stepTo: async (wanted) => {
      for (let steps = 0; steps < ENOUGH; steps += 1) {
        if ((await states()).at(-1) === wanted) return
        await step()
      }
      assert.fail(`it is ${(await states()).join()} and not ${wanted}`)
    },
    sweepTx: async () => {
      const [row] = await db.query<{ tx_hash: string | null }>(
        'select tx_hash from outgoing_attempt order by made_at desc, attempt desc limit 1',
      )
      assert.ok(row?.tx_hash)
      return row.tx_hash
    },
    sendAll: async () => {
      for (let steps = 0; steps < ENOUGH; steps += 1) {
        const isOver = (await states()).every((one) => one === 'final' || one === 'failed')
        if (isOver) return
        await step()
        await scene.mine(2)
      }
      assert.fail(`what goes out is ${(await states()).join()}`)
    },
    endsClean: () => endsClean(scene),
  }
}

async function endsClean({ world, asset }: Scene): Promise<void> {
  const { db } = world.ctx
  await comeToRest(world)
  assert.deepEqual(await db.query('select address from sending_key'), [], 'a key stays taken')
  const sender = world.ctx.chains.of(world.book, asset.chain)?.sender
  assert.ok(sender)
  const attempts = await db.query<{ object_id: string; tx_hash: string; slots: string[] }>(
    `select object_id, tx_hash, slots from outgoing_attempt
     join outgoing using (book_id, outgoing_id) where tx_hash is not null`,
  )
  const mined = new Map<string, number>()
  for (const { object_id: id, tx_hash: txHash, slots } of attempts) {
    const { kind } = await sender.lookUp(txHash, slots)
    mined.set(id, (mined.get(id) ?? 0) + (kind === 'mined' ? 1 : 0))
  }
  const ended = await db.query<{ sweep_id: string; state: string }>(
    'select sweep_id, state from sweep order by sweep_id',
  )
  for (const { sweep_id: id, state } of ended) {
    assert.equal(mined.get(id) ?? 0, state === 'completed' ? 1 : 0, `${id} is ${state}`)
  }
  await assertReconciled(world)
}
