import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { custodyWorld, type CustodyWorld } from '../../test/custody-world.ts'
import { keysOnly } from '../../test/payment-world.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { chartBalances } from '../ledger/read-balances.action.ts'
import { assetsOn } from '../money/registry.ts'
import { units } from '../money/units.ts'
import { isError } from '../errors/app-error.ts'
import { inDbTx } from '../shell/db.ts'
import { setConfirmationPolicy } from './change-policy.action.ts'
import { creditLevel, isAtLeast } from './policy.ts'

const [coin, token] = assetsOn(networkNamed('BNB Chain').chain)
assert.ok(coin !== undefined && token !== undefined)
const other = token.id
const asset = coin.id
const owner = { kind: 'payment', id: 'pay_1' } as const

const amount = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(units)

/** Planted fault: the amount itself counted as below it. */
test('the more arrives, the surer it must be before it is credited', () => {
  fc.assert(
    fc.property(amount, amount, amount, amount, (a, b, one, more) => {
      const [confirmedBelow, safeBelow] = a < b ? [a, b] : [b, a]
      const policy = { confirmedBelow, safeBelow }
      const [small, large] = one < more ? [one, more] : [more, one]
      assert.ok(isAtLeast(creditLevel(policy, large), creditLevel(policy, small)))
      assert.equal(creditLevel(policy, safeBelow), 'final')
      assert.equal(creditLevel(policy, small) === 'confirmed', small < confirmedBelow)
      assert.equal(creditLevel(undefined, small), 'final')
    }),
  )
})

type Below = Readonly<{ confirmed: bigint; safe: bigint }>

const settlePolicy = (world: CustodyWorld, below: Below, of = asset) =>
  inDbTx(world, (dbTx) => {
    const [confirmedBelow, safeBelow] = [units(below.confirmed), units(below.safe)]
    const policy = { asset: of, confirmedBelow, safeBelow }
    return setConfirmationPolicy(world, dbTx, { book: world.book, policy })
  })

async function credited(world: CustodyWorld): Promise<bigint> {
  const rows = await chartBalances(world.db, world.book.bookId)
  return rows.find((row) => row.purpose === 'merchant.available')?.posted ?? 0n
}

async function pay(world: CustodyWorld, to: string, paid: bigint): Promise<string> {
  return world.node('BNB Chain').send('normal', [{ to, asset, units: units(paid) }])
}

/** Planted fault: nothing recalled when the policy changes. */
test('small amounts are credited in any block, larger ones when safe, the rest when final', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const [issued] = await world.issue(owner, [asset])
  const to = issued?.address ?? ''
  await settlePolicy(world, { confirmed: 100n, safe: 1_000n })
  const node = world.node('BNB Chain')
  const { safe, final } = networkNamed('BNB Chain').confirmations
  for (const paid of [99n, 999n, 5_000n]) await pay(world, to, paid)
  await node.mine(1)
  await world.settle()
  assert.equal(await credited(world), 99n)
  await node.mine(safe - 1)
  await world.settle()
  assert.equal(await credited(world), 99n + 999n)
  await node.mine(final - safe)
  await world.settle()
  assert.equal(await credited(world), 99n + 999n + 5_000n)
  await pay(world, to, 150n)
  await node.mine(1)
  await world.settle()
  assert.equal(await credited(world), 6_098n)
  await settlePolicy(world, { confirmed: 200n, safe: 1_000n })
  await world.bookDue()
  assert.equal(await credited(world), 6_248n)
  await settlePolicy(world, { confirmed: 0n, safe: 0n })
  await world.settle()
  assert.equal(await credited(world), 6_248n, 'what is credited stays credited')
})

/** Planted fault: the policy of another asset read. */
test('a policy is of its asset alone', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const [issued] = await world.issue(owner, [asset])
  await settlePolicy(world, { confirmed: 10n ** 6n, safe: 10n ** 6n }, other)
  await pay(world, issued?.address ?? '', 50n)
  await world.node('BNB Chain').mine(1)
  await world.settle()
  assert.equal(await credited(world), 0n)
})

test('a fork takes back what was credited early', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  const [issued] = await world.issue(owner, [asset])
  await settlePolicy(world, { confirmed: 100n, safe: 100n })
  const tx = await pay(world, issued?.address ?? '', 60n)
  const node = world.node('BNB Chain')
  await node.mine(1)
  await world.settle()
  assert.equal(await credited(world), 60n)
  await node.reorg(1, [tx])
  await world.settle()
  assert.equal(await credited(world), 0n)
  const levels = (await world.told()).map((one) => one.level)
  assert.deepEqual(levels, ['final', 'reverted'])
})

test('a policy that credits more in any block than in a safe one is refused', async () => {
  await using world = await custodyWorld({ signer: keysOnly })
  await assert.rejects(settlePolicy(world, { confirmed: 2n, safe: 1n }), (error) =>
    isError(error, 'custody.policy_contradicts_itself'),
  )
})
