import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError, isError } from '../../errors/app-error.ts'
import { networks } from '../../money/registry.ts'
import { readSolanaEntry } from './node-config.ts'

const network = networks.find((one) => one.family === 'solana') ?? assert.fail('no Solana')
const refuse = (problem: string): AppError =>
  new AppError('shell.setting_invalid', { env: 'COFFER_CHAINS', problem })
const read = (more: object) =>
  readSolanaEntry(
    { environment: 'test', chain: network.chain, rpc: ['http://127.0.0.1:8899'], ...more },
    network,
    refuse,
  )

const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'

test('an entry without more is of the network that the registry names', () => {
  const { genesis, pollMs, timeoutMs, urls } = read({ environment: 'live' })
  assert.equal(genesis, '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')
  assert.deepEqual([pollMs, timeoutMs, urls], [1_000, 10_000, ['http://127.0.0.1:8899']])
})

test('a test network stands in for it by its genesis hash, and in test only', () => {
  assert.equal(read({ genesis: DEVNET }).genesis, DEVNET)
  const invalid = (error: unknown): boolean => isError(error, 'shell.setting_invalid')
  assert.throws(() => read({ environment: 'live', genesis: DEVNET }), invalid)
  assert.throws(() => read({ environment: 'live', tokens: { USDC: DEVNET } }), invalid)
  assert.throws(() => read({ tokens: { WRONG: DEVNET } }), invalid)
  assert.throws(() => read({ tokens: { USDC: 'no address' } }))
  assert.throws(() => read({ finality: 'tags' }))
})
