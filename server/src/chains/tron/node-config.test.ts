import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkByChain } from '../../money/registry.ts'
import type { TronOptions } from './adapter.ts'
import { readTronEntry } from './node-config.ts'

const RPC = 'https://tron.node.example/KEY'
const LIVE = { environment: 'live', chain: 'tron:0x2b6653dc', rpc: [RPC] }

function read(entry: object): TronOptions {
  const network = networkByChain('tron:0x2b6653dc')
  assert.ok(network !== undefined)
  return readTronEntry(entry, network, (problem) => assert.fail(problem))
}

test('Tron is connected with the registry’s tokens, and to the network of its first block', () => {
  const options = read(LIVE)
  assert.deepEqual(
    { ...options, assets: options.assets.map(({ kind, contract }) => [kind, contract]) },
    {
      chain: 'tron:0x2b6653dc',
      genesis: '2b6653dc',
      nodes: [{ url: RPC, solidityUrl: RPC }],
      assets: [
        ['native', undefined],
        ['token', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
        ['token', 'TEkxiTehnzSmSe2XqrBj4w32RUN966rdz8'],
      ],
      pollMs: 3_000,
      timeoutMs: 10_000,
    },
  )
})

test('a node of one’s own answers for solidified blocks of Tron on a port of its own', () => {
  const [rpc, solidity] = [
    ['http://127.0.0.1:8090', RPC],
    ['http://127.0.0.1:8091', RPC],
  ]
  assert.deepEqual(read({ ...LIVE, rpc, solidity }).nodes, [
    { url: 'http://127.0.0.1:8090', solidityUrl: 'http://127.0.0.1:8091' },
    { url: RPC, solidityUrl: RPC },
  ])
  assert.throws(() => read({ ...LIVE, solidity }), /one URL for each/)
})

/** Seen to fail when overrides were taken in any environment. */
test('a test network may stand in for Tron in test only, with contracts of its own', () => {
  const tokens = { USDT: 'TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf' }
  const options = read({ ...LIVE, environment: 'test', genesis: 'cd8690dc', tokens })
  assert.equal(options.genesis, 'cd8690dc')
  const [, tether, circle] = options.assets
  assert.deepEqual(
    [tether?.contract, circle?.contract],
    [tokens.USDT, 'TEkxiTehnzSmSe2XqrBj4w32RUN966rdz8'],
  )
  assert.throws(() => read({ ...LIVE, tokens }), /tokens/)
  assert.throws(() => read({ ...LIVE, genesis: 'cd8690dc' }), /genesis/)
  assert.throws(() => read({ ...LIVE, environment: 'test', tokens: { EUR: tokens.USDT } }), /EUR/)
  assert.throws(() => read({ ...LIVE, environment: 'test', tokens: { USDT: RPC } }), /Tron/)
  assert.throws(() => read({ ...LIVE, environment: 'test', genesis: '0xcd8690dc' }), /8 digits/)
})
