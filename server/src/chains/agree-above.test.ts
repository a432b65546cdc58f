import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import { parseNodeConfig } from './node-config.ts'

const RPC = ['https://one.example', 'https://two.example']

const read = (agreeAbove: Readonly<Record<string, string>>, rpc: readonly string[] = RPC) =>
  parseNodeConfig(JSON.stringify([{ environment: 'live', chain: 'eip155:56', rpc, agreeAbove }]))[0]
    ?.agreeAbove

const [usdt, usdc] = ['USDT_BSC', 'USDC_BSC'].map((currency) => resolveAsset({ currency }).id)
assert.ok(usdt !== undefined && usdc !== undefined)

test('an entry says for each asset above which amount two nodes have to agree', () => {
  const named = read({ USDT: '1000.5' })
  assert.equal(named?.(usdt), 1_000_500_000_000_000_000_000n)
  assert.equal(named?.(usdc), undefined)
  assert.equal(read({ USDT: '1', '*': '0' })?.(usdc), 0n)
})

/** Planted fault: one node listed twice taken for two. */
test('what could never be agreed on is refused when the server starts', () => {
  const cases = [
    [{ USDT: '1' }, ['https://one.example'], /needs two nodes/],
    [{ USDT: '1' }, ['https://one.example', 'https://one.example'], /needs two nodes/],
    [{ '*': '5' }, RPC, /can only be "0"/],
    [{ DOGE: '5' }, RPC, /entry 1: agreeAbove, DOGE: .*DOGE/],
    [{ BTC: '5' }, RPC, /entry 1: agreeAbove, BTC: /],
    [{ USDT: '0.0000000000000000001' }, RPC, /entry 1: agreeAbove, USDT: /],
  ] as const
  for (const [amounts, rpc, message] of cases) {
    assert.throws(
      () => read(amounts, rpc),
      (error) => isError(error, 'shell.setting_invalid') && message.test(error.message),
    )
  }
})
