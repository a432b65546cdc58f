import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  custodyWorld,
  dueDeposits,
  type CustodyWorld,
  type Told,
} from '../../test/custody-world.ts'
import { doWork, history, NETWORKS, nodeCommand, play, type Play } from '../../test/fork-play.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { signerOfFile } from '../../test/signer.ts'
import { balances } from '../ledger/read-balances.action.ts'
import { assetsOn } from '../money/registry.ts'
import { units as unitsOf, type AssetId, type Units } from '../money/units.ts'
import { inDbTx } from '../shell/db.ts'
import { setConfirmationPolicy } from './change-policy.action.ts'

// Invariant 3: for any sequence of blocks and forks, books equal those of a fresh sync on the
// winning chain. The chains are simulated ones, the database is a real one.

const { client: signer } = await signerOfFile()

/** What the books say at rest: every account that is not empty, every deposit that is not lost. */
async function booksOf(world: CustodyWorld) {
  const accounts = await balances(world.db, world.book.bookId)
  const deposits = await world.db.query(
    `select chain, tx_hash, index, asset, address, units, level, booked_hash from deposit
     where level <> 'reverted' order by chain, tx_hash, index, asset, address, units`,
  )
  const held = accounts.filter((one) => one.posted !== 0n)
  return { held: held.map((one) => [one.accountId, one.posted]), deposits }
}

/** Each change was told once and follows the one before; nothing is called lost that is not. */
function assertTold(told: readonly Told[], lost: ReadonlySet<string>): void {
  const levels = new Map<string, string>()
  for (const one of told) {
    assert.equal(one.before ?? undefined, levels.get(one.deposit_id))
    levels.set(one.deposit_id, one.level)
    const isMoved = one.level === 'reverted' && one.before !== 'final'
    if (isMoved) assert.ok(lost.has(one.tx_hash), `${one.tx_hash} is still there`)
  }
}

const owner = { kind: 'payment', id: 'pay_1' } as const

const wantedAssets = (): readonly AssetId[] =>
  NETWORKS.flatMap((name) => assetsOn(networkNamed(name).chain).slice(0, 2)).map((one) => one.id)

async function comeToRest(world: CustodyWorld): Promise<void> {
  for (let rounds = 0; rounds < 10; rounds += 1) {
    await world.settle()
    if ((await dueDeposits(world.db)).length === 0) return
  }
}

type Policy = Readonly<{ asset: number; confirmedBelow: Units; safeBelow: Units }>

const units = fc.bigInt({ min: 0n, max: 10n ** 20n }).map(unitsOf)
/** When books credit deposits early; most of what is sent in the histories lies around these. */
const policies: fc.Arbitrary<readonly Policy[]> = fc.array(
  fc.record({ asset: fc.nat(3), confirmedBelow: units, more: units }).map((one) => ({
    asset: one.asset,
    confirmedBelow: one.confirmedBelow,
    safeBelow: unitsOf(one.confirmedBelow + one.more),
  })),
  { maxLength: 4 },
)

async function settlePolicies(world: CustodyWorld, drawn: readonly Policy[]): Promise<void> {
  for (const { asset: place, ...below } of drawn) {
    const asset = wantedAssets()[place % wantedAssets().length]
    assert.ok(asset !== undefined)
    const policy = { asset, ...below }
    await inDbTx(world, (dbTx) => setConfirmationPolicy(world, dbTx, { book: world.book, policy }))
  }
}

/** At rest the books are those of a fresh database that syncs the same chains. */
async function assertSynced(the: Play, drawn: readonly Policy[] = []): Promise<void> {
  const { world } = the
  for (const name of NETWORKS) await world.node(name).behave({ halt: false })
  await comeToRest(world)
  await using fresh = await custodyWorld({ signer, chainsOf: world })
  await settlePolicies(fresh, drawn)
  assert.deepEqual(await fresh.issue(owner, wantedAssets()), the.addresses)
  await comeToRest(fresh)
  assert.deepEqual(await booksOf(world), await booksOf(fresh))
  assertTold(await world.told(), the.lost)
}

/**
 * Planted faults, each of which it caught within 40 runs: no `for update` in `lockDeposit`; no
 * version in `moveWatch`; the cursor moved in a commit of its own; `observeFork` one block too
 * high; a known deposit not moved to its new block; `observeGone` left out; no final blocks kept;
 * the first sighting's number given to every sighting; what is credited early never taken back.
 */
test('after any blocks, forks, crashes and rival workers, under any policy, the books are those of a fresh sync', async () => {
  await fc.assert(
    fc.asyncProperty(history, policies, async (commands, drawn) => {
      await using world = await custodyWorld({ signer })
      await settlePolicies(world, drawn)
      for (const name of NETWORKS) await world.node(name).mine(8)
      const addresses = await world.issue(owner, wantedAssets())
      const the: Play = { world, addresses, txHashes: new Map(), lost: new Set() }
      for (const one of commands) await ('workers' in one ? doWork(the, one) : play(the, one))
      await assertSynced(the, drawn)
    }),
    { numRuns: 15 },
  )
})

/** Runs a worker in a process of its own until it is killed at a step of its work. */
async function runUntilKilled(url: string, step: number): Promise<void> {
  const script = new URL('../../test/custody-worker-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, url, String(step)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [, signal] = await once(child, 'close')
  assert.equal(signal, 'SIGKILL')
}

/**
 * The same with processes that really die. Planted fault: the cursor moved in a commit of its own
 * (caught once in five runs; the test above finds it each time).
 */
test('after workers that were killed at any moment the books are those of a fresh sync', async () => {
  await using world = await custodyWorld({ signer })
  const addresses = await world.issue(owner, wantedAssets())
  const the: Play = { world, addresses, txHashes: new Map(), lost: new Set() }
  const rounds = fc.sample(
    fc.record({
      commands: fc.array(nodeCommand, { minLength: 8, maxLength: 16, size: 'max' }),
      steps: fc.tuple(fc.integer({ min: 8, max: 70 }), fc.integer({ min: 8, max: 70 })),
    }),
    4,
  )
  for (const { commands, steps } of rounds) {
    for (const one of commands) await play(the, one)
    for (const name of NETWORKS) await world.node(name).behave({ halt: false })
    await Promise.all(steps.map((step) => runUntilKilled(world.url, step)))
  }
  await assertSynced(the)
})
