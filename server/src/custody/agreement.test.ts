import assert from 'node:assert/strict'
import { test } from 'node:test'
import { custodyWorld, dueDeposits, type CustodyWorld } from '../../test/custody-world.ts'
import { keysOnly } from '../../test/payment-world.ts'
import { scriptedChain, type Scripted, type ScriptedChain } from '../../test/scripted-chain.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { realm } from '../chains/contract-book-chain.ts'
import type { ChainAdapter } from '../chains/contract.ts'
import { AppError } from '../errors/app-error.ts'
import { chartBalances } from '../ledger/read-balances.action.ts'
import { assetsOn } from '../money/registry.ts'
import { units, type AssetId } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { createLog } from '../shell/log.ts'
import { createAddressSource } from './address-source.ts'
import { bookDeposit } from './book-deposit.action.ts'
import { haltCrediting, resumeCrediting } from './halt-crediting.action.ts'
import { issueAddresses } from './issue-addresses.action.ts'
import { findStuckDeposits } from './deposit.store.ts'
import { watchChain } from './watch-chain.action.ts'

const { chain } = networkNamed('BNB Chain')
const [coin, token] = assetsOn(chain).map((one) => one.id)
assert.ok(coin !== undefined && token !== undefined)
const asset = coin
const other = token
const owner = { kind: 'payment', id: 'pay_1' } as const

/** Two nodes of one chain, of which the first is followed; above 10 units both must agree. */
async function twoNodes(world: CustodyWorld) {
  const first = scriptedChain(chain)
  const second = scriptedChain(chain)
  const asked: AssetId[] = []
  const found = {
    realm: realm('test'),
    adapter: first.adapter,
    sender: undefined,
    witnesses: [first.adapter, second.adapter],
    agreeAbove: (one: AssetId) => {
      asked.push(one)
      return units(10n)
    },
  }
  const chains = { of: () => found, list: () => [found] }
  const { db, clock, book } = world
  const log = createLog('silent')
  const source = createAddressSource({ db, clock, log, chains, signer: keysOnly })
  const addresses = await source.prepare(book, [{ chain, asset }])
  await inDbTx({ db }, (dbTx) => issueAddresses({ clock }, dbTx, { book, owner, addresses }))
  const ctx = { ...world.bookCtx, chains }
  const settle = async (): Promise<void> => {
    clock.advance(1)
    await watchChain({ ...world.watchCtx, chains }, { realm: realm('test'), chain })
    for (const due of await dueDeposits(db)) await bookDeposit(ctx, due)
  }
  const coins = (txHash: string, of: AssetId, amount: bigint): Scripted => {
    const to = addresses[0]?.address ?? ''
    return { txHash, index: 'value', from: undefined, to, asset: of, units: units(amount) }
  }
  return { first, second, ctx, found, settle, coins }
}

const mineBoth = (
  nodes: Readonly<{ first: ScriptedChain; second: ScriptedChain }>,
  hash: string,
  transfers: readonly Scripted[],
): void => {
  for (const one of [nodes.first, nodes.second]) one.mine(hash, transfers)
}

const finalUpTo = (node: ScriptedChain, height: number): unknown =>
  Object.assign(node.tips, { safeHeight: height, finalHeight: height })

async function held(world: CustodyWorld): Promise<Readonly<Record<string, bigint>>> {
  const rows = await chartBalances(world.db, world.book.bookId)
  const full = rows.filter((row) => row.posted !== 0n && row.purpose !== 'custody')
  return Object.fromEntries(
    full.map((row) => [`${row.purpose} ${row.asset === asset ? 'coin' : 'token'}`, row.posted]),
  )
}

const events = async ({ db }: CustodyWorld): Promise<readonly string[]> =>
  (await db.query<{ type: string }>('select type from event order by created_at, event_id')).map(
    (one) => one.type,
  )

/** Planted faults: one node believed; amounts below the threshold asked about as well. */
test('above the threshold a deposit is credited when a second node shows it, below it at once', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const nodes = await twoNodes(world)
  const [large, small] = [nodes.coins('0xaa', asset, 50n), nodes.coins('0xbb', asset, 10n)]
  nodes.first.mine('1a', [large, small])
  finalUpTo(nodes.first, 1)
  await nodes.settle()
  assert.deepEqual(await held(world), {
    'deposits.pending coin': 50n,
    'merchant.available coin': 10n,
  })
  const [stuck] = await findStuckDeposits(world.db, world.book.bookId)
  assert.match(stuck?.problem ?? '', /^1 of 2 nodes show it so far/)
  nodes.second.mine('1a', [large, small])
  await nodes.settle()
  assert.deepEqual(await held(world), {
    'deposits.pending coin': 50n,
    'merchant.available coin': 10n,
  })
  finalUpTo(nodes.second, 1)
  await nodes.settle()
  assert.deepEqual(await held(world), { 'merchant.available coin': 60n })
  assert.deepEqual(await findStuckDeposits(world.db, world.book.bookId), [])
})

/**
 * Planted faults: the halt of one asset taken for all; the event told at every try; a resumed
 * deposit credited without being asked about again.
 */
test('nodes that contradict one another halt the asset, others go on, and an operator resumes it', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const nodes = await twoNodes(world)
  const [phantom, real] = [nodes.coins('0xaa', asset, 50n), nodes.coins('0xbb', asset, 20n)]
  const others = nodes.coins('0xcc', other, 30n)
  nodes.first.mine('1a', [phantom, real, others])
  nodes.second.mine('1a', [real, others])
  for (const node of [nodes.first, nodes.second]) finalUpTo(node, 1)
  await nodes.settle()
  mineBoth(nodes, '2a', [nodes.coins('0xdd', asset, 5n)])
  for (const node of [nodes.first, nodes.second]) finalUpTo(node, 2)
  await nodes.settle()
  const before = await held(world)
  assert.equal(before['merchant.available token'], 30n)
  const pending = before['deposits.pending coin'] ?? 0n
  assert.equal(pending + (before['merchant.available coin'] ?? 0n), 75n)
  assert.ok(pending >= 55n, 'neither the phantom nor what came after it is credited')
  const of = { realm: realm('test'), chain, asset }
  await haltCrediting(nodes.ctx, of, 'found by another worker at the same moment')
  assert.deepEqual(await events(world), ['chain.crediting_halted'])

  await resumeCrediting(nodes.ctx, of)
  await nodes.settle()
  assert.deepEqual(await events(world), [
    'chain.crediting_halted',
    'chain.crediting_resumed',
    'chain.crediting_halted',
  ])
  nodes.first.unwind(2)
  nodes.first.mine('1a', [real, others])
  nodes.first.mine('2a', [nodes.coins('0xdd', asset, 5n)])
  await resumeCrediting(nodes.ctx, of)
  await nodes.settle()
  await nodes.settle()
  assert.deepEqual(await held(world), {
    'merchant.available coin': 25n,
    'merchant.available token': 30n,
  })
  const resume = resumeCrediting(nodes.ctx, of)
  await assert.rejects(resume, (error) => error instanceof AppError)
})

/** A node whose answers come from before a fork, the first time that it is asked. */
function lateOnce(before: ChainAdapter, after: ChainAdapter): ChainAdapter {
  let asked = 0
  const at = (): ChainAdapter => (asked > 3 ? after : before)
  return {
    ...after,
    tips: () => at().tips(),
    blockAt: (height) => {
      asked += 1
      return at().blockAt(height)
    },
    scan: (...given) => {
      asked += 2
      return before.scan(...given)
    },
  }
}

/** Planted fault: halted at the first contradiction. */
test('a fork between two answers is no contradiction', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const nodes = await twoNodes(world)
  const paid = nodes.coins('0xaa', asset, 50n)
  nodes.first.mine('1a', [paid])
  finalUpTo(nodes.first, 1)
  await watchChain({ ...world.watchCtx, chains: nodes.ctx.chains }, { realm: realm('test'), chain })
  const old = scriptedChain(chain)
  old.mine('1a', [paid])
  finalUpTo(old, 1)
  for (const node of [nodes.first, nodes.second]) {
    if (node === nodes.first) node.unwind(1)
    node.mine('1b', [])
    finalUpTo(node, 1)
  }
  const witnesses = [lateOnce(old.adapter, nodes.first.adapter), nodes.second.adapter]
  const found = { ...nodes.found, witnesses }
  const ctx = { ...nodes.ctx, chains: { of: () => found, list: () => [found] } }
  for (const due of await dueDeposits(world.db)) await bookDeposit(ctx, due)
  assert.deepEqual(await events(world), [])
  assert.deepEqual(await held(world), { 'deposits.pending coin': 50n })
})
