import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { scriptedChain, type Scripted } from '../../test/scripted-chain.ts'
import { networkNamed } from '../../test/simulated-chain.ts'
import { assetsOn } from '../money/registry.ts'
import { units } from '../money/units.ts'
import { testify, verdictOf, type Testimony } from './testimony.ts'

const { chain } = networkNamed('BNB Chain')
const [coin] = assetsOn(chain)
assert.ok(coin !== undefined)
const asset = coin.id

const transfer: Scripted = {
  txHash: '0xaa',
  index: 'value',
  from: undefined,
  to: '0x01',
  asset,
  units: units(50n),
}

const question = (more: object = {}) => ({
  txHash: '0xaa',
  index: 'value',
  asset,
  address: '0x01',
  units: units(50n),
  block: { height: 1, hash: '1a' },
  level: 'final' as const,
  ...more,
})

/** A node with one block that holds the transfer, final up to a height. */
function node(transfers: readonly Scripted[] = [transfer], finalHeight = 1, hash = '1a') {
  const script = scriptedChain(chain)
  script.mine(hash, transfers)
  Object.assign(script.tips, { safeHeight: finalHeight, finalHeight })
  return script.adapter
}

/** Planted faults: the amount not compared; the block's hash not compared; the level not asked. */
test('a node shows a transfer when the block, the amount and the depth are those that are asked', async () => {
  const said = (one: ReturnType<typeof node>, more: object = {}) => testify(one, question(more))
  assert.equal(await said(node()), 'shows')
  assert.equal(await said(node(undefined, 0)), 'behind')
  assert.equal(await said(node(undefined, 0), { level: 'confirmed' }), 'shows')
  assert.equal(await said(node([])), 'lacks')
  assert.equal(await said(node(), { units: units(51n) }), 'lacks')
  assert.equal(await said(node(), { index: 'log:0' }), 'lacks')
  assert.equal(await said(node(), { txHash: '0xbb' }), 'lacks')
  assert.equal(await said(node(undefined, 1, '1b')), 'elsewhere')
  assert.equal(await said(node(undefined, 0, '1b')), 'behind')
  assert.equal(await said(node(), { block: { height: 2, hash: '2a' } }), 'behind')
})

/** Planted fault: found by name alone, a node without traces contradicts one that has them. */
test('coins that a contract moved are the same, whichever way a node finds them', async () => {
  const traced = node([{ ...transfer, index: 'internal:0' }])
  const compared = { index: 'balance', txHash: '1a' }
  assert.equal(await testify(traced, question(compared)), 'shows')
  assert.equal(await testify(traced, question({ ...compared, units: units(49n) })), 'lacks')
  assert.equal(await testify(node(), question(compared)), 'lacks')
})

const anyTestimony = fc.constantFrom<Testimony>('shows', 'lacks', 'elsewhere', 'behind', 'silent')

/** Planted faults: one that shows it is enough; a node that lacks it is outvoted. */
test('nothing is agreed on with fewer than two that show it, or one that speaks against it', () => {
  fc.assert(
    fc.property(fc.array(anyTestimony, { maxLength: 6 }), (said) => {
      const count = (kind: Testimony): number => said.filter((one) => one === kind).length
      const against = count('lacks') + count('elsewhere')
      const { kind } = verdictOf(said)
      assert.equal(kind === 'agreed', count('shows') >= 2 && against === 0)
      assert.equal(kind === 'disputed', count('shows') > 0 && against > 0)
      if (kind === 'denied') assert.ok(count('lacks') >= 2 && count('shows') === 0)
      assert.deepEqual(verdictOf(said.toReversed()), verdictOf(said))
    }),
  )
})
