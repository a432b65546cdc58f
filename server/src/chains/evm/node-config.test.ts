import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkByChain } from '../../money/registry.ts'
import type { EvmAdapterOptions } from './adapter.ts'
import { readEvmEntry } from './node-config.ts'

const RPC = 'http://127.0.0.1:8545'
const LOCAL = { environment: 'test', chain: 'eip155:31337', rpc: [RPC] }

function read(entry: Readonly<Record<string, unknown>> & { chain: string }): EvmAdapterOptions {
  const network = networkByChain(entry.chain)
  assert.ok(network !== undefined)
  return readEvmEntry(entry, network, (problem) => assert.fail(problem))
}

test('a local node is connected with the registry’s assets and the chain’s own finality', () => {
  const options = read(LOCAL)
  assert.deepEqual(
    { ...options, assets: options.assets.map(({ kind, contract }) => [kind, contract]) },
    {
      chain: 'eip155:31337',
      nodeChainId: 31337n,
      urls: [RPC],
      assets: [
        ['native', undefined],
        ['token', '0x5FbDB2315678afecb367f032d93F642f64180aa3'],
      ],
      finality: 'tags',
      internal: 'auto',
      pollMs: 1000,
      timeoutMs: 10_000,
    },
  )
})

test('a test network may stand in for a chain, with its own chain id and contracts', () => {
  const contract = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
  const options = read({
    environment: 'test',
    chain: 'eip155:56',
    chainId: 97,
    rpc: [RPC],
    tokens: { USDT: contract },
    deliversLess: ['USDC'],
    finality: { safe: 3, final: 15 },
  })
  assert.equal(options.nodeChainId, 97n)
  assert.deepEqual(options.finality, { safe: 3, final: 15 })
  const [coin, usdt, usdc] = options.assets
  assert.equal(coin?.kind, 'native')
  assert.equal(usdt?.contract, '0x5FbDB2315678afecb367f032d93F642f64180aa3')
  assert.equal(usdt.id, 'eip155:56/erc20:0x55d398326f99059ff775485246999027b3197955')
  assert.deepEqual([usdt.deliversLess, usdc?.deliversLess], [undefined, true])
})
