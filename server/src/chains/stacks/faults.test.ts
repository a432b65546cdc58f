import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve, type Answered, type Asked } from '../../../../upstreams/http-server.ts'
import { stacksOptions, startStacksWorld, STX } from '../../../test/stacks-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import { scanToTip, watching } from '../contract-follow.suite.ts'
import { connectStacks } from './adapter.ts'
import { movesOfEvents } from './moves.ts'

// What a node of Stacks may do wrong, and what only Stacks does.

const adapterOn = (answer: (asked: Asked) => Answered | undefined) =>
  serve((asked) => answer(asked) ?? { status: 404, value: { error: 'not there' } })

const info = (network_id: number): Answered => ({ status: 200, value: { network_id } })

test('a node of another network is not believed', async () => {
  await using node = await adapterOn(({ path }) =>
    path === '/v2/info' ? info(0x8000_0000) : undefined,
  )
  const { adapter } = connectStacks({ clock: systemClock }, stacksOptions(node.url))
  await assert.rejects(adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

test('a refused API key, an overload and nonsense are told apart', async () => {
  const answers: readonly (readonly [Answered, string])[] = [
    [{ status: 403, value: { error: 'no key' } }, 'chain.node_refused'],
    [{ status: 429, value: { error: 'slow down' } }, 'chain.unreachable'],
    [{ status: 500, value: {} }, 'chain.unreachable'],
    [{ status: 200, value: { results: [{ height: 'seven' }] } }, 'chain.answer_unusable'],
  ]
  for (const [answer, code] of answers) {
    await using node = await adapterOn(({ path }) => (path === '/v2/info' ? info(1) : answer))
    const { adapter } = connectStacks({ clock: systemClock }, stacksOptions(node.url))
    await assert.rejects(
      adapter.tips(),
      (error) => error instanceof Error && 'code' in error && error.code === code,
    )
  }
})

/** Seen to fail with one page of a block's transactions read, and with one page of events. */
test('a block of more transactions, and a call of more events, than a page holds is read whole', async () => {
  await using world = await startStacksWorld()
  const { latest } = await world.adapter.tips()
  const [to, other] = [world.newAddress(), world.newAddress()]
  const one = { to, asset: STX, units: units(1n) }
  for (let sent = 0; sent < 60; sent += 1) await world.send('normal', [one])
  const many = Array.from({ length: 150 }, () => ({ ...one, to: other }))
  await world.send('normal', [one, ...many])
  assert.equal((await world.adapter.pending(watching([to]))).length, 60)
  await world.mine(1)
  const how = { watch: watching([to, other]), blocksMax: 10 }
  const { transfers } = await scanToTip(world.adapter, latest, how)
  assert.equal(transfers.filter((found) => found.to === to).length, 61)
  assert.equal(transfers.filter((found) => found.to === other).length, 150)
  assert.equal(new Set(transfers.map((found) => found.txHash + found.index)).size, 211)
})

test('a call that failed moved nothing', async () => {
  await using world = await startStacksWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  const tooMuch = units(2n ** 81n)
  await world.send('internal', [{ to, asset: STX, units: tooMuch }])
  await world.mine(1)
  const { transfers } = await scanToTip(world.adapter, latest, {
    watch: watching([to]),
    blocksMax: 10,
  })
  assert.deepEqual(transfers, [])
})

test('coins that are made, burnt or locked are no transfer, nor are tokens', () => {
  const stx = (asset_event_type: string, more: object) => ({
    event_type: 'stx_asset',
    asset: { asset_event_type, amount: 5n, ...more },
  })
  const events = [
    { event_type: 'fungible_token_asset', asset: { asset_event_type: 'transfer', amount: 9n } },
    stx('mint', { recipient: 'SP1' }),
    stx('burn', { sender: 'SP1' }),
    { event_type: 'stx_lock' },
    stx('transfer', { sender: 'SP1', recipient: 'SP1' }),
    stx('transfer', { sender: 'SP1', recipient: 'SP2' }),
  ].map((event, event_index) => ({ ...event, event_index }))
  assert.deepEqual(movesOfEvents({ tx_id: '0x01' }, events.toReversed()), [
    { txHash: '0x01', index: 'internal:1', from: 'SP1', to: 'SP2', amount: 5n },
  ])
})
