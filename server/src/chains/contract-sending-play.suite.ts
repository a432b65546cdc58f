import assert from 'node:assert/strict'
import { units, type AssetId, type Units } from '../money/units.ts'
import type { SendingWorld, WorldKey } from './contract-sending-world.suite.ts'
import type {
  OwnKey,
  Payment,
  SendRequest,
  SignedTx,
  TxEffects,
  TxState,
  UnsignedTx,
} from './contract-sending.ts'

/** Most blocks that a test mines for a block to become final. */
const FINAL_BLOCKS_MAX = 2_000

/** The state of a transaction in a block. */
export type Mined = Extract<TxState, { kind: 'mined' }>

/** A key with plenty of the native coin, and of these tokens. */
export async function richKey(
  world: SendingWorld,
  assets: readonly AssetId[] = [],
): Promise<WorldKey> {
  const key = world.newKey()
  for (const asset of new Set([world.assets[0], ...assets])) {
    await world.fund(key.address, asset, world.plenty)
  }
  return key
}

/** A payment of an asset to a fresh address, a little above the least. */
export const somePayment = (world: SendingWorld, asset: AssetId = world.assets[0]): Payment => ({
  to: world.newAddress(),
  asset,
  units: units(world.unitsMin(asset) + 12_345n),
})

/** A request of one key, whose change comes back to it. */
export const requestOf = (
  world: SendingWorld,
  key: OwnKey,
  payments: SendRequest['payments'],
): SendRequest => ({
  from: [shown(key)],
  payments,
  change: shown(key),
  speed: 'normal',
  feeMax: world.feeMax,
})

/** A key without its secret: a sender sees no more. */
export const shown = ({ path, address }: OwnKey): OwnKey => ({ path, address })

/** Signs with those of the keys that the transaction names. */
export function signWith(
  { codec }: SendingWorld,
  unsigned: UnsignedTx,
  keys: readonly WorldKey[],
): SignedTx {
  const signers = unsigned.signers.map(({ address }) => {
    const key = keys.find((one) => one.address === address)
    assert.ok(key !== undefined, `${address} is none of the keys that were offered`)
    return { address, privateKey: Uint8Array.from(key.privateKey) }
  })
  return codec.sign(unsigned.chain, unsigned.bytes, signers)
}

/** Builds and signs what a request asks for. */
export async function signedFor(
  world: SendingWorld,
  keys: readonly WorldKey[],
  request: SendRequest,
): Promise<SignedTx & Readonly<{ effects: TxEffects }>> {
  const unsigned = await world.sender.build(request)
  return { ...signWith(world, unsigned, keys), effects: unsigned.effects }
}

/** Hands bytes to the node, which must take them. */
export async function accepted({ sender }: SendingWorld, { bytes }: SignedTx): Promise<void> {
  assert.deepEqual(await sender.broadcast(bytes), { kind: 'accepted' })
}

/** What the node says of a transaction that must be in a block of the best chain. */
export async function minedState(world: SendingWorld, txHash: string): Promise<Mined> {
  const state = await world.sender.lookUp(txHash)
  assert.ok(state.kind === 'mined', `${txHash} is ${state.kind}`)
  assert.deepEqual(state.block, await world.adapter.blockAt(state.block.height))
  return state
}

/** A transaction that is not in the chain, and waits as far as the chain shows it. */
export async function assertWaiting(world: SendingWorld, txHash: string): Promise<void> {
  const { kind } = await world.sender.lookUp(txHash)
  if (world.can.showsWaiting) assert.equal(kind, 'waiting')
  else assert.notEqual(kind, 'mined')
}

/** Whether each slot is free or spent. */
export const slotStates = (
  { sender }: SendingWorld,
  { slots }: TxEffects,
): Promise<readonly string[]> => Promise.all(slots.map((slot) => sender.slotState(slot)))

/** Mines until the present tip is final, and lets pass for what transactions are valid. */
export async function settle(world: SendingWorld): Promise<void> {
  const { latest } = await world.adapter.tips()
  for (let blocks = 0; blocks < FINAL_BLOCKS_MAX; blocks += 1) {
    if ((await world.adapter.tips()).finalHeight >= latest.height) return world.expire?.()
    await world.mine(1)
  }
  throw new Error('the block never became final')
}

/** What an address has at the tip. */
export async function balanceNow(
  { adapter }: SendingWorld,
  address: string,
  asset: AssetId,
): Promise<Units> {
  const { latest } = await adapter.tips()
  return adapter.balanceOf(address, asset, latest.height)
}

/** Payments or moves as comparable texts in an order of their own. */
export const asTexts = (
  moves: readonly Readonly<{ to: string; asset: AssetId; units: Units | 'all' }>[],
): readonly string[] => moves.map((one) => `${one.to} ${one.asset} ${one.units}`).sort()

/** Asserts that effects are those of a request and nothing else. */
export function assertDoes(effects: TxEffects, request: SendRequest): void {
  const senders = request.from.map((key) => key.address)
  const payer = request.feePayer?.address
  const paid = effects.moves.filter((move) => move.to !== request.change?.address)
  if (request.everything === true) assertEmpties(paid, request)
  else assert.deepEqual(asTexts(paid), asTexts(request.payments))
  for (const { from } of effects.moves) assert.ok(from === undefined || senders.includes(from))
  assert.deepEqual(effects.besides, [])
  assert.ok(effects.feeMax >= 0n && effects.feeMax <= request.feeMax, 'the fee is limited')
  assert.ok(effects.slots.length > 0 && new Set(effects.slots).size === effects.slots.length)
  assert.ok(effects.spenders.length > 0)
  const known = [...senders, ...(payer === undefined ? [] : [payer])]
  assert.deepEqual(
    effects.spenders.filter((one) => !known.includes(one)),
    [],
  )
  if (effects.feePayer !== undefined) assert.ok(known.includes(effects.feePayer))
  if (payer !== undefined) assert.equal(effects.feePayer, payer)
}

function assertEmpties(paid: TxEffects['moves'], { payments: [least] }: SendRequest): void {
  assert.ok(paid.length > 0)
  for (const move of paid) assert.deepEqual([move.to, move.asset], [least.to, least.asset])
  if (paid.some((move) => move.units === 'all')) return
  const sum = paid.reduce((all, { units: one }) => all + (one === 'all' ? 0n : one), 0n)
  assert.ok(sum >= least.units, 'what arrives is at least what was asked for')
}
