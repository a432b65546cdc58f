import assert from 'node:assert/strict'
import type { BookChain } from '../../src/chains/contract-book-chain.ts'
import { AppError } from '../../src/errors/app-error.ts'
import type { Chains } from '../../src/custody/chains.ts'
import type { Db } from '../../src/shell/db.ts'
import { newOrder } from './asked.ts'
import { contextOf, type PayoutCtx } from './context.ts'
import { refusal } from '../faulty-rpc.ts'
import { openField, showApart, type Field, type Payer } from './field.ts'
import { placeOrder, type Order } from './order.ts'
import { anvilStage, simulatedStage, type Stage } from './stage.ts'
import { workOnBook } from './work.ts'

/** A payer whose payouts are taken step by step in the test's own process. */
export type Scene = AsyncDisposable &
  Readonly<{
    field: Field
    payer: Payer
    ctx: PayoutCtx
    /** Asks for a payout, a new one or the same again. */
    ask: (again?: Order) => Promise<Order>
    /** Does what is due now. */
    work: () => Promise<void>
    /** Lets time pass, and does what is due then. */
    pass: (ms: number) => Promise<void>
    /** From now on what is handed to nodes arrives and their answer is lost, or they refuse it. */
    broadcasts: (fate: BroadcastFate) => void
    /** Takes a waiting transaction out of the mempool. */
    drop: (txHash: string) => Promise<void>
    /** Takes the last blocks back; transactions in `dropped` never come again. */
    fork: (depth: number, dropped: readonly string[]) => Promise<void>
    /** Hands signed bytes to the chain, as somebody else who saw them would. */
    handIn: (signed: Uint8Array) => Promise<void>
    mine: (blocks: number) => Promise<void>
    /** What was signed for a payout, the first transaction first. */
    transactions: () => Promise<readonly Signed[]>
    /** Works and mines until nothing is left to do. */
    toTheEnd: () => Promise<void>
  }>

type BroadcastFate = 'arrive' | 'arrive unanswered' | 'are refused'

type Signed = Readonly<{ tx_hash: string; signed: Buffer; slots: readonly string[] }>

/** The stages on which scenes are played. */
export const SCENES = {
  'a simulated chain': (db: Db): Stage => simulatedStage(db, 'USDT_BSC'),
  anvil: (): Promise<Stage> => anvilStage('TUSD'),
} as const

const LEFT = `select from outgoing where due_at is not null
  union all select from payout where due_at is not null limit 1`
const ROUND_MS = 6_000
const ROUNDS_MAX = 60

/** Sets a scene. */
export async function setScene(makeStage: (chainDb: Db) => Stage | Promise<Stage>): Promise<Scene> {
  const field = await openField(makeStage, 1)
  return sceneOn(field, field.ctx)
}

/** The same world, when its database was brought back from an older copy. */
export async function restored({ field, ctx }: Scene, db: Db): Promise<Scene> {
  await showApart(db, field.payers)
  return sceneOn(field, { ...contextOf({ ...ctx, db }), chains: ctx.chains })
}

function sceneOn(field: Field, own: PayoutCtx): Scene {
  const [payer] = field.payers
  assert.ok(payer)
  let fate: BroadcastFate = 'arrive'
  const { stage, clock } = field
  const ctx: PayoutCtx = { ...own, chains: misled(own.chains, () => fate) }
  const node = stage.nodeOf(payer.book)
  const work = (): Promise<void> => workOnBook(ctx, payer.suffix)
  const isLeft = async (): Promise<boolean> => (await ctx.db.query(LEFT)).length > 0
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await work()
  }
  const sender = ctx.chains.of(payer.book, stage.asset.chain)?.sender
  assert.ok(sender)
  return {
    ...{ field, payer, ctx, work, pass, mine: field.mine },
    ask: async (order = newOrder(field)) => {
      await placeOrder(ctx, payer.book, order)
      return order
    },
    broadcasts: (next) => {
      if (stage.evm === undefined) fate = next
      stage.evm?.proxy.behave(faults[next])
    },
    drop: async (txHash) => void (await node.reorg(0, [txHash])),
    fork: async (depth, dropped) => void (await node.reorg(depth, dropped)),
    handIn: async (signed) => {
      assert.deepEqual(await sender.broadcast(signed), { kind: 'accepted' })
    },
    transactions: () =>
      ctx.db.query<Signed>(
        `select tx_hash, signed, slots from outgoing_attempt where signed is not null
         order by made_at, attempt`,
      ),
    toTheEnd: async () => {
      for (let rounds = 0; await isLeft(); rounds += 1) {
        assert.ok(rounds < ROUNDS_MAX, 'it does not come to an end')
        await pass(ROUND_MS)
        await field.mine(rounds % 2 === 0 ? 1 : stage.finalBlocks)
      }
    },
    [Symbol.asyncDispose]: () => field[Symbol.asyncDispose](),
  }
}

type Fault = Parameters<NonNullable<Stage['evm']>['proxy']['behave']>[0]

const REFUSED = 'insufficient funds for gas * price + value'

const onBroadcast =
  (fault: NonNullable<Fault>): Fault =>
  (question, forward) =>
    question.method === 'eth_sendRawTransaction' ? fault(question, forward) : forward()

const faults: Readonly<Record<BroadcastFate, Fault>> = {
  arrive: undefined,
  'arrive unanswered': onBroadcast(async (_, forward) => forward().then(() => 'hang up')),
  'are refused': onBroadcast(() => Promise.resolve(refusal(-32_000, REFUSED))),
}

/** The same for chains without a line to cut. */
function misled(chains: Chains, fate: () => BroadcastFate): Chains {
  const wrap = (chain: BookChain): BookChain => {
    const { sender } = chain
    if (sender === undefined) return chain
    const broadcast: typeof sender.broadcast = async (signed) => {
      if (fate() === 'are refused') {
        return { kind: 'refused', reason: 'insufficient_funds', problem: REFUSED }
      }
      const answer = await sender.broadcast(signed)
      if (fate() === 'arrive') return answer
      throw new AppError('chain.unreachable', { chain: chain.adapter.chain })
    }
    return { ...chain, sender: { ...sender, broadcast } }
  }
  return {
    of: (book, id) => {
      const chain = chains.of(book, id)
      return chain === undefined ? undefined : wrap(chain)
    },
    list: (book) => chains.list(book).map(wrap),
  }
}
