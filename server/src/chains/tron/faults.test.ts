import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answered } from '../../../../upstreams/http-server.ts'
import { startTronProxy, type TronFault } from '../../../test/tron-proxy.ts'
import { startTronSendingWorld } from '../../../test/tron-sending-world.ts'
import { startTronWorld, tokenAt, TRX } from '../../../test/tron-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import { comparable, scanToTip, watching } from '../contract-follow.suite.ts'
import {
  accepted,
  minedState,
  requestOf,
  richKey,
  signedFor,
  somePayment,
} from '../contract-sending-play.suite.ts'
import { writeJson } from '../../money/json.ts'
import { readAnswerJson } from '../node/answer-json.ts'

// What a node of Tron may do wrong, and what only Tron does.

const ok = (value: unknown): Answered => ({ status: 200, value })

/** The same answer with some of its text replaced. */
const rewritten = (value: unknown, from: string | RegExp, to: string): Answered =>
  ok(readAnswerJson(writeJson(value).replaceAll(new RegExp(from, 'g'), to)))

test('a node of another network of Tron is not believed', async () => {
  await using world = await startTronWorld({ mark: 'cd8690dc' })
  await assert.rejects(world.adapter.tips(), (error) => isError(error, 'chain.wrong_network'))
})

test('a refused API key of Tron, an overload, its errors and nonsense are told apart', async () => {
  await using world = await startTronWorld()
  const answers: readonly (readonly [Answered, string])[] = [
    [{ status: 403, value: { error: 'no key' } }, 'chain.node_refused'],
    [{ status: 404, value: {} }, 'chain.node_refused'],
    [ok({ Error: 'class java.lang.NumberFormatException' }), 'chain.node_refused'],
    [{ status: 429, value: {} }, 'chain.unreachable'],
    [{ status: 503, value: {} }, 'chain.unreachable'],
    [ok({ blockID: 'seven' }), 'chain.answer_unusable'],
    [ok([]), 'chain.answer_unusable'],
  ]
  for (const [answer, code] of answers) {
    await using proxy = await startTronProxy(world.standIn.url, (path) =>
      Promise.resolve(path === 'walletsolidity/getblock' ? answer : undefined),
    )
    await assert.rejects(
      world.connect(proxy.url).adapter.tips(),
      (error) => error instanceof Error && 'code' in error && error.code === code,
    )
  }
})

/** Seen to fail, with blocks of two branches, without the last look at the last block. */
test('a fork of Tron in the middle of a look is not mixed with what was before', async () => {
  const places = ['wallet/gettransactioninfobyblocknum', 'wallet/getblockbynum']
  for (const [at, keeps] of places.flatMap((one) => [
    [one, false] as const,
    [one, true] as const,
  ])) {
    await using world = await startTronWorld()
    const { latest } = await world.adapter.tips()
    const to = world.newAddress()
    const asset = tokenAt(world.standIn.contracts.dollar)
    await world.send('normal', [{ to, asset, units: units(5n) }])
    await world.mine(1)
    const sending = { to, asset, units: units(7n) }
    const gone = keeps ? [] : [await world.send('normal', [sending])]
    await world.mine(2)
    let left = 2
    const fault: TronFault = async (path) => {
      if (path !== at || left === 0) return undefined
      left -= 1
      await world.reorg(3, gone)
      return undefined
    }
    await using proxy = await startTronProxy(world.standIn.url, fault)
    const how = { watch: watching([to]), blocksMax: 10 }
    const seen = await scanToTip(world.connect(proxy.url).adapter, latest, how)
    const fresh = await scanToTip(world.adapter, latest, how)
    assert.deepEqual(seen.blocks, fresh.blocks)
    assert.deepEqual(comparable(seen.transfers), comparable(fresh.transfers))
    assert.equal(left, 0)
  }
})

/** Seen to fail, with a deposit that was never seen, when infos were taken as they came. */
test('a node of Tron that tells too little of a block, or another ending, is not believed', async () => {
  await using world = await startTronWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  const asset = tokenAt(world.standIn.contracts.dollar)
  await world.send('normal', [{ to, asset, units: units(5n) }])
  await world.mine(1)
  const wrong: readonly ((infos: unknown) => Answered)[] = [
    () => ok([]),
    (infos) => rewritten(infos, '"blockNumber":23', '"blockNumber":24'),
    (infos) => rewritten(infos, '"result":"SUCCESS"', '"result":"REVERT"'),
    (infos) => rewritten(infos, /"id":"../, '"id":"00'),
  ]
  assert.equal(latest.height, 22)
  for (const answer of wrong) {
    await using proxy = await startTronProxy(world.standIn.url, async (path, forward) =>
      path === 'wallet/gettransactioninfobyblocknum' ? answer(await forward()) : undefined,
    )
    const { adapter } = world.connect(proxy.url)
    await assert.rejects(adapter.scan(latest, watching([to]), 10), (error) =>
      isError(error, 'chain.node_unsettled'),
    )
  }
})

test('a node of Tron that lags behind is no fork', async () => {
  await using world = await startTronWorld()
  const { latest } = await world.adapter.tips()
  await world.mine(1)
  const { latest: next } = await world.adapter.tips()
  await using proxy = await startTronProxy(world.standIn.url, async (path, forward) =>
    path === 'wallet/getblock' && writeJson(await forward()).includes(next.hash)
      ? ok({})
      : undefined,
  )
  const { adapter } = world.connect(proxy.url)
  await assert.rejects(adapter.scan(next, watching([]), 10), (error) =>
    isError(error, 'chain.node_behind'),
  )
  assert.equal((await world.adapter.scan(latest, watching([]), 10)).kind, 'blocks')
})

/** Seen to fail with amounts read as numbers. */
test('an amount of Tron that no float holds is read exactly', async () => {
  await using world = await startTronWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  await world.send('normal', [{ to, asset: TRX, units: units(1_234_567n) }])
  await world.mine(1)
  await using proxy = await startTronProxy(world.standIn.url, async (path, forward) =>
    path === 'wallet/getblockbynum'
      ? rewritten(await forward(), '"amount":1234567', '"amount":9007199254740993')
      : undefined,
  )
  const { adapter } = world.connect(proxy.url)
  const { transfers } = await scanToTip(adapter, latest, { watch: watching([to]), blocksMax: 10 })
  assert.deepEqual(
    transfers.map((one) => one.units),
    [9_007_199_254_740_993n],
  )
})

/** Seen to fail without a look at how the transaction ended. */
test('coins of Tron in a transaction that failed did not arrive', async () => {
  await using world = await startTronWorld()
  const { latest } = await world.adapter.tips()
  const to = world.newAddress()
  await world.send('normal', [{ to, asset: TRX, units: units(5n) }])
  await world.mine(1)
  const look = async (result: string) => {
    await using proxy = await startTronProxy(world.standIn.url, async (path, forward) =>
      path === 'wallet/getblockbynum'
        ? rewritten(await forward(), /{"contractRet":"SUCCESS"}/, result)
        : undefined,
    )
    const how = { watch: watching([to]), blocksMax: 10 }
    return (await scanToTip(world.connect(proxy.url).adapter, latest, how)).transfers.length
  }
  assert.equal(await look('{"contractRet":"SUCCESS"}'), 1)
  assert.equal(await look('{"contractRet":"FAILED"}'), 0)
  assert.equal(await look('{}'), 0)
})

test('what contracts of Tron sent to odd places, or of other assets, is no deposit and no trouble', async () => {
  await using world = await startTronWorld()
  const { latest } = await world.adapter.tips()
  const [to, other] = [world.newAddress(), world.newAddress()]
  await world.send('internal', [
    { to, asset: TRX, units: units(5n) },
    { to: other, asset: TRX, units: units(7n) },
  ])
  await world.mine(1)
  const look = async (from: string | RegExp, replacement: string) => {
    await using proxy = await startTronProxy(world.standIn.url, async (path, forward) =>
      path === 'wallet/gettransactioninfobyblocknum'
        ? rewritten(await forward(), from, replacement)
        : undefined,
    )
    const { adapter } = world.connect(proxy.url)
    const how = { watch: watching([to, other]), blocksMax: 10 }
    return (await scanToTip(adapter, latest, how)).transfers.map((one) => one.units)
  }
  assert.deepEqual(await look(/nothing/, ''), [5n, 7n])
  assert.deepEqual(await look(/"callValue":5/, '"callValue":5,"tokenId":"1000001"'), [7n])
  assert.deepEqual(await look(/{"callValue":5}/, '{"callValue":5}],"rejected":true,"x":['), [7n])
  assert.deepEqual(await look(/"transferTo_address":"41[0-9a-f]+"/, '"transferTo_address":""'), [])
})

/** Seen to fail with the call's own word taken for it. */
test('a token of Tron that moved nothing has paid nobody, whatever its call says', async () => {
  await using world = await startTronSendingWorld()
  const asset = tokenAt(world.standIn.contracts.dollar)
  const key = await richKey(world, [asset])
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world, asset)]))
  await accepted(world, signed)
  await world.mine(1)
  assert.ok((await minedState(world, signed.txHash)).succeeded)
  await using proxy = await startTronProxy(world.standIn.url, async (path, forward) => {
    if (path !== 'wallet/gettransactioninfobyid') return undefined
    const info = Object(await forward())
    return ok({ ...info, log: [] })
  })
  const state = await world.connect(proxy.url).sender?.lookUp(signed.txHash)
  assert.ok(state?.kind === 'mined' && !state.succeeded)
})

test('a node of Tron that takes a transaction with an unknown code leaves open what became of it', async () => {
  await using world = await startTronSendingWorld()
  const key = await richKey(world)
  const signed = await signedFor(world, [key], requestOf(world, key, [somePayment(world)]))
  for (const code of ['SERVER_BUSY', 'NO_CONNECTION', 'TAPOS_ERROR', 'OTHER_ERROR', 'NEW_ERROR']) {
    await using proxy = await startTronProxy(world.standIn.url, (path) =>
      Promise.resolve(path === 'wallet/broadcasthex' ? ok({ result: false, code }) : undefined),
    )
    await assert.rejects(
      async () => world.connect(proxy.url).sender?.broadcast(signed.bytes),
      (error) => isError(error, 'chain.unreachable'),
    )
  }
})
