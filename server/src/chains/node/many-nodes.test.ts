import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError, isError } from '../../errors/app-error.ts'
import { chainId } from '../../money/caip.ts'
import { units } from '../../money/units.ts'
import { manualClock } from '../../shell/clock.ts'
import type { Broadcast, ChainSender, SlotState, TxState } from '../contract-sending.ts'
import type { ChainAdapter } from '../contract.ts'
import { manyNodes, type ManyNodes, type SingleNode } from './many-nodes.ts'

const CHAIN = chainId('eip155:1')
const down = new AppError('chain.unreachable', { chain: CHAIN })
const unreachable = (error: unknown): boolean => isError(error, 'chain.unreachable')
const never = (): never => {
  throw new Error('nobody asks this here')
}

/** What a node says; it fails where nothing is said. */
type Says = Readonly<{
  height?: number
  broadcast?: Broadcast
  state?: TxState
  slot?: SlotState
  inFlightMax?: number
}>

const answer = <Value>(value: Value | undefined): Promise<Value> =>
  value === undefined ? Promise.reject(down) : Promise.resolve(value)

function nodeThat(says: Says, asked: string[] = [], name = ''): SingleNode {
  const told = <Value>(verb: string, value: Value | undefined): Promise<Value> => {
    asked.push(`${name}${verb}`)
    return answer(value)
  }
  const block = says.height === undefined ? undefined : { height: says.height, hash: '0x1' }
  const adapter: ChainAdapter = {
    chain: CHAIN,
    pollMs: 1000,
    tips: () => told('tips', block && { latest: block, safeHeight: 0, finalHeight: 0 }),
    blockAt: () => told('blockAt', block),
    scan: never,
    pending: never,
    balanceOf: never,
    checkAddress: never,
    addressOf: never,
  }
  const sender: ChainSender = {
    ...(says.inFlightMax === undefined ? {} : { inFlightMax: says.inFlightMax }),
    estimate: never,
    usual: never,
    build: never,
    bump: never,
    broadcast: () => told('broadcast', says.broadcast),
    lookUp: () => told('lookUp', says.state),
    slotState: () => told('slotState', says.slot),
  }
  return { adapter, sender }
}

function sending(...says: readonly Says[]): ChainSender {
  const [first = {}, ...more] = says
  const { sender } = connected(first, ...more)
  assert.ok(sender !== undefined)
  return sender
}

const connected = (first: Says, ...more: readonly Says[]): ManyNodes =>
  manyNodes({ clock: manualClock(0) }, [nodeThat(first), ...more.map((one) => nodeThat(one))])

const accepted: Broadcast = { kind: 'accepted' }
const refused: Broadcast = { kind: 'refused', reason: 'invalid', problem: 'no' }
const bytes = new Uint8Array()

test('a node that failed is asked after the others until it has rested', async () => {
  const clock = manualClock(0)
  const asked: string[] = []
  const nodes = [nodeThat({}, asked, 'a '), nodeThat({ height: 5 }, asked, 'b ')] as const
  const { adapter } = manyNodes({ clock }, nodes)
  assert.equal((await adapter.tips()).latest.height, 5)
  assert.equal((await adapter.blockAt(5))?.height, 5)
  clock.advance(5_000)
  await adapter.blockAt(5)
  assert.deepEqual(asked, ['a tips', 'b tips', 'b blockAt', 'a blockAt', 'b blockAt'])
})

test('every node is a witness by itself, and fails by itself', async () => {
  const { witnesses } = connected({ height: 5 }, {}, { height: 7 })
  const heights = witnesses.map((one) =>
    one.tips().then(
      ({ latest }) => latest.height,
      () => undefined,
    ),
  )
  assert.deepEqual(await Promise.all(heights), [5, undefined, 7])
})

test('what goes wrong on our side is not a node’s failure', async () => {
  const broken = nodeThat({ height: 5 })
  const asked: string[] = []
  const wrong = { ...broken.adapter, tips: () => Promise.reject(new TypeError('a bug')) }
  const nodes = [{ ...broken, adapter: wrong }, nodeThat({ height: 6 }, asked)] as const
  await assert.rejects(manyNodes({ clock: manualClock(0) }, nodes).adapter.tips(), TypeError)
  assert.deepEqual(asked, [])
})

test('nothing is sent where a node cannot send', () => {
  const nodes = [nodeThat({}), { ...nodeThat({}), sender: undefined }] as const
  assert.equal(manyNodes({ clock: manualClock(0) }, nodes).sender, undefined)
})

/** Seen to fail where many nodes had no bound, whatever each of them has. */
test('of a key as many wait as the node with the least room lets wait', () => {
  assert.equal(sending({ inFlightMax: 24 }, {}, { inFlightMax: 12 }).inFlightMax, 12)
  assert.equal('inFlightMax' in sending({}, {}), false)
})

/** Seen to fail where one refusal among silent nodes was a refusal. */
test('a broadcast is refused when every node refuses, and accepted when any accepts', async () => {
  const anyAnswer = fc.constantFrom(accepted, refused, undefined)
  await fc.assert(
    fc.asyncProperty(fc.array(anyAnswer, { minLength: 1, maxLength: 4 }), async (answers) => {
      const nodes = answers.map((one): Says => (one === undefined ? {} : { broadcast: one }))
      const verdict = sending(...nodes).broadcast(bytes)
      if (answers.includes(accepted)) assert.deepEqual(await verdict, accepted)
      else if (answers.includes(undefined)) await assert.rejects(verdict, unreachable)
      else assert.deepEqual(await verdict, refused)
    }),
  )
})

test('a transaction is where the node that knows most has it', async () => {
  const block = { height: 3, hash: '0x3' }
  const mined: TxState = { kind: 'mined', block, succeeded: true, fee: units(1n) }
  const unknown: TxState = { kind: 'unknown' }
  const waiting: TxState = { kind: 'waiting' }
  const seen = async (...states: readonly TxState[]): Promise<TxState> =>
    sending({}, ...states.map((state) => ({ state }))).lookUp('0x1')
  assert.deepEqual(await seen(unknown, mined, waiting), mined)
  assert.deepEqual(await seen(unknown, waiting), waiting)
  assert.deepEqual(await seen(unknown), unknown)
  await assert.rejects(seen(), unreachable)
})

/** Seen to fail where the first node that answered was believed: it may lie, or be on a fork. */
test('a slot is spent when no node says otherwise, and two of several say so', async () => {
  const slot = (...states: readonly (SlotState | undefined)[]): Promise<SlotState> =>
    sending(...states.map((one): Says => (one === undefined ? {} : { slot: one }))).slotState('s')
  assert.equal(await slot('spent'), 'spent')
  assert.equal(await slot('free'), 'free')
  assert.equal(await slot('spent', 'spent', undefined), 'spent')
  assert.equal(await slot('spent', 'free', 'spent'), 'free')
  assert.equal(await slot(undefined, 'free'), 'free')
  await assert.rejects(slot('spent', undefined), unreachable)
  await assert.rejects(slot(undefined), unreachable)
})
