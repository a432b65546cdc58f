import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { isError } from '../errors/app-error.ts'
import { networks } from '../money/registry.ts'
import { parseNodeConfig } from './node-config.ts'

const RPC = 'http://127.0.0.1:8545'
const LOCAL = { environment: 'test', chain: 'eip155:31337', rpc: [RPC] }

const read = (...entries: readonly object[]) => parseNodeConfig(JSON.stringify(entries))

const refuses = (entries: unknown, ...words: readonly string[]): void => {
  const text = typeof entries === 'string' ? entries : JSON.stringify(entries)
  assert.throws(
    () => parseNodeConfig(text),
    (error) => {
      assert.ok(isError(error, 'shell.setting_invalid'), inspect(error))
      for (const word of words) assert.ok(error.message.includes(word), error.message)
      return true
    },
  )
}

test('nothing is connected by default', () => {
  assert.deepEqual(parseNodeConfig('[]'), [])
})

test('every network of the registry with a family of adapters can be connected', () => {
  for (const { chain, family, local } of networks) {
    const entry = { environment: local ? 'test' : 'live', chain, rpc: [RPC] }
    if (family === 'eip155') assert.equal(read(entry)[0]?.chain, chain)
  }
})

/** Seen to fail when overrides were taken in any environment. */
test('live books see no replaced token, no other chain id and no local network', () => {
  const live = { environment: 'live', chain: 'eip155:56', rpc: [RPC] }
  assert.equal(read(live).length, 1)
  const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
  refuses([{ ...live, tokens: { USDT: address } }], 'tokens')
  refuses([{ ...live, chainId: 97 }], 'chainId')
  refuses([{ ...LOCAL, environment: 'live' }], 'local')
})

test('what cannot be meant is refused with its entry and what is wrong', () => {
  refuses('{', 'not JSON')
  refuses({}, 'the list')
  refuses([{ ...LOCAL, rpc: [] }], 'entry 1', 'rpc')
  refuses([LOCAL, { ...LOCAL, environment: 'prod' }], 'entry 2', 'environment')
  refuses([{ ...LOCAL, rpc: ['ws://127.0.0.1:8545'] }], 'rpc, 0', 'http(s)')
  refuses([{ ...LOCAL, rpc: ['node.example'] }], 'http(s)')
  refuses([{ ...LOCAL, chain: 'eip155:2' }], 'no network eip155:2')
  refuses([{ ...LOCAL, finality: { safe: 5, final: 2 } }], 'finality')
  refuses([{ ...LOCAL, finality: { safe: 0, final: 2 } }], 'finality')
  refuses([{ ...LOCAL, finalty: 'tags' }], 'finalty')
  refuses([{ ...LOCAL, tokens: { EUR: RPC } }], 'tokens, EUR')
  refuses([{ ...LOCAL, tokens: { EUR: `0x${'1'.repeat(40)}` } }], 'EUR', 'TUSD')
  refuses([LOCAL, LOCAL], 'twice')
})

/** Seen to fail when the parser's message was passed on. */
test('no part of a node’s URL shows in a refusal', () => {
  const secret = 'k3y-0f-a-provider'
  const texts = [
    secret,
    `[{"rpc":["https://node.example/${secret}"]`,
    `https://node.example/${secret}`,
    JSON.stringify([{ ...LOCAL, rpc: [`wss://node.example/${secret}`] }]),
    JSON.stringify([{ ...LOCAL, rpc: `https://node.example/${secret}` }]),
  ]
  for (const text of texts) {
    assert.throws(
      () => parseNodeConfig(text),
      (error) => !inspect(error, { depth: 9 }).includes(secret),
    )
  }
})

test('any text is read or refused as a setting, never a crash', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parseNodeConfig(text)
      } catch (error) {
        assert.ok(isError(error, 'shell.setting_invalid'))
      }
    }),
  )
})
