import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dueOf,
  type OutgoingWorld,
  outgoingWorld,
  planned,
  stateOf,
  steps,
  toTheEnd,
} from '../../../test/outgoing-world.ts'
import { AppError, isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { inDbTx } from '../../shell/db.ts'
import { cancelOutgoing } from './cancel-outgoing.action.ts'
import { giveCode } from './give-code.action.ts'
import { problemsOf, stagesOf } from './read-outgoing.action.ts'
import { sendOutgoing } from './send-outgoing.action.ts'
import type { SendOutgoingCtx } from './standing.ts'

const CODE = '123456'
const NEEDS = 'it needs the second factor: give the code that the authenticator shows now'

/** As the signer of an operator who wants a code for everything. */
function wanting(ctx: SendOutgoingCtx): SendOutgoingCtx {
  const refuse = (code: string) =>
    Promise.reject(new AppError('signer.refused', { code, problem: 'six digits' }))
  return {
    ...ctx,
    sign: (request) => {
      if (request.code === undefined) return refuse('signer.code_needed')
      return request.code === CODE ? ctx.sign(request) : refuse('signer.code_wrong')
    },
  }
}

const objectOf = (world: OutgoingWorld, objectId = 'po_1') =>
  ({ bookId: world.bookId, kind: 'payout', objectId }) as const

/** Planted faults: it keeps its key while it waits for a person; what it waits for is not told. */
test('what needs a code waits for it without its key, and is sent with it', async () => {
  await using world = await outgoingWorld()
  const ctx = wanting(world.sendCtx())
  const key = await planned(world)
  await steps(ctx, key, 3)
  assert.deepEqual(await stateOf(world.db, key), { state: 'planned', problem: NEEDS, attempts: 0 })
  assert.equal(await dueOf(world, key), null)
  const problems = await problemsOf(world.db, world.bookId, ['po_1'])
  assert.deepEqual([...problems], [['po_1', NEEDS]])
  const other = await planned(world, 700n, 'po_2')
  assert.equal(await toTheEnd(world, other), 'final')
  const given = await giveCode(ctx, objectOf(world), CODE)
  assert.deepEqual(given, { kind: 'signed' })
  assert.equal((await stateOf(world.db, key)).state, 'signed')
  assert.equal(await toTheEnd(world, key), 'final')
  assert.deepEqual([...(await problemsOf(world.db, world.bookId, ['po_1', 'po_2']))], [])
  assert.equal(await world.paid(), 1_200n)
})

test('a wrong code sends nothing, and leaves it waiting for another', async () => {
  await using world = await outgoingWorld()
  const ctx = wanting(world.sendCtx())
  const key = await planned(world)
  assert.deepEqual(await giveCode(ctx, objectOf(world), CODE), { kind: 'not_waiting' })
  await steps(ctx, key, 2)
  const wrong = await giveCode(ctx, objectOf(world), '000000')
  assert.deepEqual(wrong, { kind: 'refused', code: 'signer.code_wrong', problem: 'six digits' })
  assert.deepEqual(await stateOf(world.db, key), { state: 'planned', problem: NEEDS, attempts: 0 })
  assert.equal((await giveCode(ctx, objectOf(world), CODE)).kind, 'signed')
  assert.deepEqual(await giveCode(ctx, objectOf(world), CODE), { kind: 'not_waiting' })
  assert.deepEqual(await giveCode(ctx, objectOf(world, 'po_9'), CODE), { kind: 'not_waiting' })
})

/** Seen to fail with a code that another worker's try without one took away. */
test('while a code is given, nobody else asks the signer without it', async () => {
  await using world = await outgoingWorld()
  const ctx = wanting(world.sendCtx())
  const key = await planned(world)
  await steps(ctx, key, 2)
  let due: unknown
  const asked = {
    ...ctx,
    sign: async (request: Parameters<SendOutgoingCtx['sign']>[0]) => {
      due = await dueOf(world, key)
      return ctx.sign(request)
    },
  }
  assert.equal((await giveCode(asked, objectOf(world), CODE)).kind, 'signed')
  assert.ok(typeof due === 'number' && due > world.clock.now())
})

const DAY_MS = 24 * 60 * 60_000

/** What may keep a transaction from being built while its code is given. */
const HOLD_UPS: Readonly<
  Record<string, (world: OutgoingWorld) => Promise<Readonly<{ end: () => Promise<unknown> }>>>
> = {
  'its sender is busy': async (world) => {
    const other = await planned(world, 700n, 'po_2')
    await steps(world.sendCtx(), other, 1)
    return { end: () => toTheEnd(world, other) }
  },
  'more than the limit': async ({ node, clock }) => {
    clock.advance(2 * DAY_MS)
    await node.behave({ fee: units(5_000_000n) })
    return { end: () => node.behave({ fee: units(1n) }) }
  },
  'no node answered': async ({ node }) => {
    await node.behave({ halt: true })
    return { end: () => node.behave({ halt: false }) }
  },
}

/**
 * Planted faults, each for its own reason: it is due by itself; its key stays taken; what it waits
 * for is not told any more; what waited for a person for more than a day has failed.
 */
test('what cannot be built when its code is given waits on for another, without its key', async () => {
  for (const [why, begin] of Object.entries(HOLD_UPS)) {
    await using world = await outgoingWorld()
    const ctx = wanting(world.sendCtx())
    const key = await planned(world)
    await steps(ctx, key, 2)
    const { end } = await begin(world)
    const tried = giveCode(ctx, objectOf(world), CODE).then(
      (outcome) => (outcome.kind === 'not_now' ? outcome.problem : outcome.kind),
      (error: unknown) => (isError(error, 'chain.unreachable') ? 'no node answered' : `${error}`),
    )
    assert.match(await tried, new RegExp(why))
    assert.equal(await dueOf(world, key), null, why)
    const parked = { state: 'planned', problem: NEEDS, attempts: 0 }
    assert.deepEqual(await stateOf(world.db, key), parked, why)
    const own = [key.outgoing_id]
    const taken = await world.db.query('select 1 from sending_key where outgoing_id = $1', own)
    assert.deepEqual(taken, [], why)
    await end()
    assert.deepEqual(await giveCode(ctx, objectOf(world), CODE), { kind: 'signed' }, why)
  }
})

/** Planted fault: what is signed is given up. */
test('what is not signed can be given up, and its end is told to nobody', async () => {
  for (const count of [0, 1, 2, 3]) {
    await using world = await outgoingWorld()
    const key = await planned(world)
    await steps(world.sendCtx(), key, count)
    const stopped = await inDbTx(world, (dbTx) =>
      cancelOutgoing(world, dbTx, { ...objectOf(world), problem: 'nobody wants it' }),
    )
    assert.equal(stopped, count < 2, `after ${count} steps`)
    if (!stopped) {
      assert.equal(await toTheEnd(world, key), 'final')
      continue
    }
    const given = { state: 'failed', problem: 'nobody wants it', attempts: 0 }
    assert.deepEqual(await stateOf(world.db, key), given)
    assert.deepEqual(await world.ended(), [])
    assert.deepEqual(await world.db.query('select 1 from sending_key'), [])
    assert.equal(await toTheEnd(world, await planned(world, 40n, 'po_2')), 'final')
    assert.equal(await world.paid(), 40n)
  }
})

test('each stage on the way can be told, with the transaction and the next try', async () => {
  await using world = await outgoingWorld()
  const key = await planned(world)
  const stages: (string | undefined)[] = []
  const note = async (): Promise<void> => {
    const stage = (await stagesOf(world.db, world.bookId, ['po_1'])).get('po_1')
    const shown = stage?.txHash === undefined ? '' : ' with a hash'
    stages.push(`${stage?.stage}${shown}`)
  }
  await note()
  await steps(world.sendCtx(), key, 1)
  await note()
  await steps(world.sendCtx(), key, 1)
  await note()
  await world.node.behave({ halt: true })
  await sendOutgoing(world.sendCtx(), key).catch(() => undefined)
  await note()
  await world.node.behave({ halt: false })
  await steps(world.sendCtx(), key, 2)
  await note()
  await world.node.mine(1)
  await steps(world.sendCtx(), key, 1)
  await note()
  await toTheEnd(world, key)
  await note()
  assert.deepEqual(stages, [
    'reserved',
    'reserved',
    ...['signed', 'unknown', 'broadcast', 'seen', 'final'].map((one) => `${one} with a hash`),
  ])
})
