import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { z } from 'zod'
import { isError } from '../../errors/app-error.ts'
import { assetsOn } from '../../money/registry.ts'
import { units } from '../../money/units.ts'
import { systemClock } from '../../shell/clock.ts'
import { freePort } from '../../shell/free-port.ts'
import type { ChainAdapter } from '../contract.ts'
import { identity, scanToTip, watching } from '../contract-follow.suite.ts'
import { checksummed } from './address.ts'
import { startLocalNode, type LocalNode, type LocalNodeOptions } from './local-node.client.ts'
import { parseNodeConfig } from '../node-config.ts'

const BLOCKS_MAX = 20
const ctx = { clock: systemClock }
const TO = checksummed(`0x${'7'.repeat(40)}`)

/** A directory of a test's own, removed with all that is in it. */
async function directory(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'coffer-local-node-'))
  const remove = () => rm(path, { recursive: true, force: true })
  return { path, [Symbol.asyncDispose]: remove }
}

const start = (path: string, change: Partial<LocalNodeOptions> = {}): Promise<LocalNode> =>
  startLocalNode(ctx, { directory: path, port: 0, blockTimeMs: 0, ...change })

/** The adapter as the setting makes it. */
function adapterOf(node: LocalNode): ChainAdapter {
  const entry = { environment: 'test', chain: 'eip155:31337', rpc: [node.url] }
  const [connected] = parseNodeConfig(JSON.stringify([entry]))
  assert.ok(connected !== undefined)
  return connected.connect(ctx).adapter
}

function assetsOf(adapter: ChainAdapter) {
  const [coin, dollar] = assetsOn(adapter.chain)
  assert.ok(coin !== undefined && dollar !== undefined)
  return { coin: coin.id, dollar: dollar.id }
}

/** Mines block by block until something is so, a few blocks at most. */
async function mineUntil<Value>(
  { sandbox }: LocalNode,
  look: () => Promise<Value | undefined>,
): Promise<Value> {
  for (let blocks = 0; blocks < BLOCKS_MAX; blocks += 1) {
    await sandbox.mine(1)
    const seen = await look()
    if (seen !== undefined) return seen
  }
  throw new Error(`not so after ${BLOCKS_MAX} blocks`)
}

/** Seen to fail without `--preserve-historical-states`, and with a kill in place of the stop. */
test('blocks, balances and the test dollar outlive a restart, and the port is free after a stop', async () => {
  await using home = await directory()
  const port = await freePort()
  const first = await start(home.path, { port })
  const adapter = adapterOf(first)
  const { coin, dollar } = assetsOf(adapter)
  const { latest: from } = await adapter.tips()
  for (const asset of [coin, dollar]) {
    await first.sandbox.send('normal', [{ to: TO, asset, units: units(5n) }])
  }
  const how = { watch: watching([TO]), blocksMax: 100 }
  // The node mines what it is sent by itself, and not always before the next question.
  const before = await mineUntil(first, async () => {
    const found = await scanToTip(adapter, from, how)
    return found.transfers.length === 2 ? found : undefined
  })
  await first[Symbol.asyncDispose]()
  await using second = await start(home.path, { port })
  assert.equal(second.url, first.url)
  assert.deepEqual(await scanToTip(adapter, from, how), before)
  const paid = before.transfers.find((one) => one.asset === dollar)
  assert.equal(await adapter.balanceOf(TO, dollar, paid?.block?.height ?? 0), 5n)
  await second.sandbox.send('normal', [{ to: TO, asset: dollar, units: units(6n) }])
  await mineUntil(second, async () => {
    const { latest } = await adapter.tips()
    return (await adapter.balanceOf(TO, dollar, latest.height)) === 11n ? latest : undefined
  })
})

test('the ten accounts of people have coins and test dollars', async () => {
  await using home = await directory()
  await using node = await start(home.path)
  const adapter = adapterOf(node)
  const { coin, dollar } = assetsOf(adapter)
  const { latest } = await adapter.tips()
  assert.equal(node.accounts.length, 10)
  assert.equal(node.accounts[0], '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266')
  for (const account of node.accounts) {
    for (const asset of [coin, dollar]) {
      assert.ok((await adapter.balanceOf(account, asset, latest.height)) > 10n ** 18n)
    }
  }
})

const Told = z.object({ url: z.string(), pid: z.number(), hash: z.string() })

/** Starts a node in a process of its own, lets it mine, and kills that process outright. */
async function startAndKill(path: string): Promise<z.infer<typeof Told>> {
  const here = import.meta.dirname
  const script = `
    import { startLocalNode } from '${here}/local-node.client.ts'
    import { systemClock } from '${here}/../../shell/clock.ts'
    const options = { directory: '${path}', port: 0, blockTimeMs: 0 }
    const node = await startLocalNode({ clock: systemClock }, options)
    const { hash } = await node.sandbox.mine(7)
    process.stdout.write(JSON.stringify({ url: node.url, pid: node.pid, hash }) + '\\n')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    return Told.parse(JSON.parse(line))
  }
  throw new Error('it ended without a word')
}

/** Seen to fail when the leftover was not looked for, and when it was killed outright. */
test('a node that outlived its killed parent is stopped at the next start, and its blocks count', async () => {
  await using home = await directory()
  const told = await startAndKill(home.path)
  const outlived = await fetch(told.url, { method: 'POST' })
  await outlived.body?.cancel()
  await using node = await start(home.path)
  assert.notEqual(node.pid, told.pid)
  await assert.rejects(fetch(told.url, { method: 'POST' }))
  assert.equal((await adapterOf(node).tips()).latest.hash, told.hash)
})

/** Seen to fail when the node was in our own process group. */
test('Ctrl-C reaches us and not the node, which is stopped in order', async () => {
  await using home = await directory()
  await using node = await start(home.path)
  const groupOf = async (pid: number): Promise<string | undefined> =>
    (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ')[2]
  assert.notEqual(await groupOf(node.pid), await groupOf(process.pid))
})

test('another process that has the id of an earlier node is left alone', async () => {
  await using home = await directory()
  const stranger = spawn('sleep', ['60'])
  try {
    await writeFile(join(home.path, 'anvil.pid'), `${stranger.pid}`)
    await using node = await start(home.path)
    assert.ok(node.pid > 0)
    assert.equal(stranger.signalCode, null)
    process.kill(stranger.pid ?? 0, 0)
  } finally {
    stranger.kill('SIGKILL')
  }
})

/** Seen to fail when the cut-off state was given to the node. */
test('a state that was cut off while it was written gives way to the last whole one', async () => {
  await using home = await directory()
  const first = await start(home.path)
  const { hash } = await first.sandbox.mine(5)
  await first[Symbol.asyncDispose]()
  const second = await start(home.path)
  await second.sandbox.mine(5)
  await second[Symbol.asyncDispose]()
  await truncate(join(home.path, 'state.json'), 1000)
  await using third = await start(home.path)
  assert.equal((await adapterOf(third).tips()).latest.hash, hash)
})

test('a port that is taken is named, and nothing is left running', async () => {
  await using home = await directory()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await assert.rejects(start(home.path, { port: address.port }), (error) => {
    assert.ok(isError(error, 'chain.local_node_failed'))
    return error.message.includes(`port ${address.port}`)
  })
  server.close()
})

test('the sandbox plays payers, miners and forks on the local node', async () => {
  await using home = await directory()
  await using node = await start(home.path)
  const adapter = adapterOf(node)
  const { coin, dollar } = assetsOf(adapter)
  const how = { watch: watching([TO]), blocksMax: 100 }
  assert.equal((await node.sandbox.behave({ autoMine: false })).autoMine, false)
  const { latest: from } = await adapter.tips()
  const kept = await node.sandbox.send('normal', [{ to: TO, asset: dollar, units: units(1n) }])
  const lost = await node.sandbox.send('internal', [{ to: TO, asset: coin, units: units(2n) }])
  await node.sandbox.send('fake_token', [{ to: TO, asset: dollar, units: units(3n) }])
  const old = await node.sandbox.send('replaceable', [{ to: TO, asset: dollar, units: units(4n) }])
  const other = await node.sandbox.replace(old)
  assert.deepEqual([await node.sandbox.knows(old), await node.sandbox.knows(other)], [true, true])
  assert.equal(await node.sandbox.knows(`0x${'0'.repeat(64)}`), false)
  const tip = await node.sandbox.mine(2)
  const before = await scanToTip(adapter, from, how)
  assert.deepEqual(before.transfers.map((one) => one.txHash).sort(), [kept, lost].sort())
  const forked = await node.sandbox.reorg(2, [lost])
  assert.notEqual(forked.hash, tip.hash)
  assert.deepEqual(await adapter.scan(tip, how.watch, 10), { kind: 'forked' })
  const after = await scanToTip(adapter, from, how)
  const keptBefore = before.transfers.filter((one) => one.txHash === kept)
  assert.deepEqual(after.transfers.map(identity), keptBefore.map(identity))
})

test('what a real node cannot play is refused', async () => {
  await using home = await directory()
  await using node = await start(home.path)
  const { coin, dollar } = assetsOf(adapterOf(node))
  const pay = (asset: typeof coin) => [{ to: TO, asset, units: units(1n) }] as const
  const { sandbox } = node
  const mined = await sandbox.send('normal', pay(coin))
  await sandbox.mine(1)
  const refusals: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => sandbox.send('fake_token', pay(coin)), 'kind_not_playable'],
    [() => sandbox.send('internal', pay(dollar)), 'kind_not_playable'],
    [() => sandbox.send('fee_on_transfer', pay(dollar)), 'kind_not_playable'],
    [() => sandbox.behave({ halt: true }), 'behaviour_not_playable'],
    [() => sandbox.behave({ lie: 'blocks' }), 'behaviour_not_playable'],
    [() => sandbox.reorg(100_000, []), 'reorg_too_deep'],
    [() => sandbox.reorg(1, [`0x${'1'.repeat(64)}`]), 'transaction_not_there'],
    [() => sandbox.replace(`0x${'1'.repeat(64)}`), 'transaction_not_there'],
    [() => sandbox.replace(mined), 'not_replaceable'],
  ]
  for (const [refused, code] of refusals) {
    await assert.rejects(refused, { code: `sandbox.${code}` })
  }
})
