import assert from 'node:assert/strict'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { BookChain } from '../src/chains/contract-book-chain.ts'
import type { ChainSender, SendRequest, SigningKey } from '../src/chains/contract-sending.ts'
import { addressOf } from '../src/chains/simulated/address.ts'
import { simulatedCodec } from '../src/chains/simulated/codec.ts'
import { simulatedSender } from '../src/chains/simulated/sender.client.ts'
import { realm } from '../src/chains/contract-book-chain.ts'
import type {
  OutgoingHandler,
  OutgoingKey,
  OutgoingRequest,
} from '../src/custody/outgoing/outgoing.ts'
import { planOutgoing } from '../src/custody/outgoing/plan-outgoing.action.ts'
import { sendOutgoing } from '../src/custody/outgoing/send-outgoing.action.ts'
import type { SendOutgoingCtx } from '../src/custody/outgoing/standing.ts'
import { units } from '../src/money/units.ts'
import { deriveKey, usualPath } from '../src/signer/derived-key.ts'
import { TREASURY } from '../src/chains/treasury-account.ts'
import type { Book, BookId } from '../src/shell/book.ts'
import { inDbTx, type Db } from '../src/shell/db.ts'
import { trippingDb, type Trip } from './custody-world.ts'
import { testDatabase } from './database.ts'
import { inProcessSigner } from './in-process-signer.ts'
import { signingMaster } from './signing-world.ts'
import { simulatedChain } from './simulated-chain.ts'

/** Units that the sender of such a world begins with. */
export const FUNDED = 10_000_000n

/** An end as the feature wrote it down in the dbTx that told it. */
type Ended = Readonly<{ object_id: string; state: string; fee: bigint | null }>

/** A database in which such worlds lie. */
export async function outgoingDatabase() {
  const database = await testDatabase('second allowed')
  await database.db.script(
    'create table ended (book_id text, object_id text, state text, fee numeric)',
  )
  return database
}

/** A sandbox book with one key of its own on one simulated chain, where only the test mines. */
export async function outgoingWorld(shared?: Awaited<ReturnType<typeof outgoingDatabase>>) {
  const database = shared ?? (await outgoingDatabase())
  const { db } = database
  const { ctx, node, clock, bookId, adapter } = await simulatedChain(database)
  await node.behave({ autoMine: false })
  const { chain, family, native } = ctx.network
  const path = usualPath('eip155', TREASURY, 0)
  const { privateKey, publicKey } = deriveKey(signingMaster, { family: 'eip155', path })
  const own: SigningKey = { privateKey, address: addressOf(family, publicKey) }
  const payeeKey = secp256k1.getPublicKey(new Uint8Array(32).fill(2), true)
  const payee = { address: addressOf(family, payeeKey) }
  const signer = inProcessSigner(clock)
  await node.send('normal', [{ to: own.address, asset: native, units: units(FUNDED) }])
  await node.mine(1)
  const book: Book = { bookId, orgId: '', environment: 'test', clockOffsetMs: 0 }
  const sender = simulatedSender(ctx)
  const found = { realm: realm(bookId), adapter, sender, witnesses: [adapter] }
  const endings = recorder
  const sendCtx = (trip?: Trip): SendOutgoingCtx => ({
    db: trip === undefined ? db : trippingDb(db, trip),
    clock,
    chains: chainsOf(trip === undefined ? found : { ...found, sender: tripping(sender, trip) }),
    ...signing(signer, trip),
    endings: { sweep: endings, gas: endings, payout: endings },
  })
  const request = (amount: bigint): SendRequest => ({
    from: [{ path, address: own.address }],
    payments: [{ to: payee.address, asset: native, units: units(amount) }],
    speed: 'normal',
    feeMax: units(1_000_000n),
  })
  const balance = async (address: string): Promise<bigint> =>
    adapter.balanceOf(address, native, (await adapter.tips()).latest.height)
  return {
    ...{ db, node, clock, bookId, book, chain, adapter, sender, sendCtx, request, signer },
    ...{ own: own.address, native },
    plan: async (
      amount: bigint,
      objectId = 'po_1',
      more: Partial<OutgoingRequest> = {},
    ): Promise<OutgoingKey | undefined> => {
      const asked = { ...request(amount), ...more }
      const plan = { book, chain, kind: 'payout', objectId, request: asked } as const
      const id = await inDbTx({ db }, (dbTx) =>
        planOutgoing({ clock, chains: chainsOf(found) }, dbTx, plan),
      )
      return id === undefined ? undefined : { book_id: bookId, outgoing_id: id }
    },
    paid: () => balance(payee.address),
    left: () => balance(own.address),
    ended: () =>
      db.query<Ended>(
        'select object_id, state, fee from ended where book_id = $1 order by object_id',
        [bookId],
      ),
    signed: (unsigned: Uint8Array) => simulatedCodec.sign(chain, unsigned, [own]),
    [Symbol.asyncDispose]: async () => {
      if (shared === undefined) await database[Symbol.asyncDispose]()
    },
  }
}

/** Such a world. */
export type OutgoingWorld = Awaited<ReturnType<typeof outgoingWorld>>

const chainsOf = (found: BookChain) => ({ of: () => found, list: () => [found] })

const recorder: OutgoingHandler = async (dbTx, _book, { outgoing, end }) => {
  await dbTx.query('insert into ended values ($1, $2, $3, $4)', [
    outgoing.bookId,
    outgoing.objectId,
    end.kind,
    end.kind === 'final' ? end.mined.fee : null,
  ])
}

/** A signer every answer of which may get lost, after it has signed. */
const signing = (
  { sign, signedBefore }: ReturnType<typeof inProcessSigner>,
  trip: Trip = () => Promise.resolve(),
): Pick<SendOutgoingCtx, 'sign' | 'signedBefore'> => ({
  sign: async (request) => after(trip, await sign(request)),
  signedBefore: async (intents) => after(trip, await signedBefore(intents)),
})

/** A sender every answer of which may get lost, after the node did what it was asked for. */
const tripping = (sender: ChainSender, trip: Trip): ChainSender => ({
  ...sender,
  build: async (request) => after(trip, await sender.build(request)),
  bump: async (stuck, request) => after(trip, await sender.bump(stuck, request)),
  broadcast: async (signed) => after(trip, await sender.broadcast(signed)),
  lookUp: async (txHash) => after(trip, await sender.lookUp(txHash)),
})

async function after<Value>(trip: Trip, value: Value): Promise<Value> {
  await trip()
  return value
}

/** How something stands that goes out. */
export async function stateOf(
  db: Db,
  key: OutgoingKey,
): Promise<Readonly<{ state: string; problem: string | null; attempts: number }>> {
  const [row] = await db.query<{ state: string; problem: string | null; attempts: number }>(
    `select state, problem, (select count(*) from outgoing_attempt a
       where a.book_id = o.book_id and a.outgoing_id = o.outgoing_id) as attempts
     from outgoing o where book_id = $1 and outgoing_id = $2`,
    [key.book_id as BookId, key.outgoing_id],
  )
  assert.ok(row !== undefined)
  return row
}

/** Plans something that is to be paid in such a world. */
export async function planned(
  world: OutgoingWorld,
  amount = 500n,
  objectId = 'po_1',
): Promise<OutgoingKey> {
  const key = await world.plan(amount, objectId)
  assert.ok(key !== undefined)
  return key
}

/** Takes it so many steps further. */
export async function steps(ctx: SendOutgoingCtx, key: OutgoingKey, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await sendOutgoing(ctx, key)
}

/** Takes it steps further, mining a block after each, until it is at its end. */
export async function toTheEnd(world: OutgoingWorld, key: OutgoingKey): Promise<string> {
  for (let steps = 0; steps < 80; steps += 1) {
    const { state } = await stateOf(world.db, key)
    if (state === 'final' || state === 'failed') return state
    await sendOutgoing(world.sendCtx(), key)
    await world.node.mine(1)
  }
  return (await stateOf(world.db, key)).state
}

/** Takes several things to their ends side by side, in book time that goes on meanwhile. */
export async function allToTheEnd(
  world: OutgoingWorld,
  keys: readonly OutgoingKey[],
): Promise<readonly string[]> {
  for (let round = 0; round < 120; round += 1) {
    const states = await Promise.all(keys.map((key) => stateOf(world.db, key)))
    if (states.every(({ state }) => state === 'final' || state === 'failed')) break
    for (const key of keys) await sendOutgoing(world.sendCtx(), key)
    world.clock.advance(60_000)
    await world.node.mine(1)
  }
  const states = await Promise.all(keys.map((key) => stateOf(world.db, key)))
  return states.map(({ state }) => state)
}

/** When something is gone on with; null: somebody has to do something. */
export async function dueOf({ db }: OutgoingWorld, key: OutgoingKey): Promise<unknown> {
  const sql = 'select due_at from outgoing where book_id = $1 and outgoing_id = $2'
  const [row] = await db.query<{ due_at: unknown }>(sql, [key.book_id, key.outgoing_id])
  return row?.due_at
}

/** What the transactions use up, in the order of what they are for. */
export async function slotsOf({ db, bookId }: OutgoingWorld): Promise<readonly string[]> {
  const rows = await db.query<{ slot: string }>(
    `select unnest(slots) as slot from outgoing join outgoing_attempt using (book_id, outgoing_id)
     where book_id = $1 order by object_id, attempt`,
    [bookId],
  )
  return rows.map(({ slot }) => slot)
}

/** That no two things which go out have transactions of which the chain could take one alone. */
export async function assertNothingShared({ db, bookId }: OutgoingWorld): Promise<void> {
  const rows = await db.query(
    `with live as (
       select o.object_id, unnest(a.slots) as slot
       from outgoing o join outgoing_attempt a using (book_id, outgoing_id)
       where o.book_id = $1 and o.state in ('built', 'signed', 'sent', 'mined')
         and a.broadcast is distinct from 'refused')
     select slot from live group by slot having count(distinct object_id) > 1`,
    [bookId],
  )
  assert.deepEqual(rows, [])
}
