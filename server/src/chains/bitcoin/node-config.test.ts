import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { CHAIN } from '../../../test/bitcoin-world.ts'
import { AppError } from '../../errors/app-error.ts'
import { knownNetwork } from '../../money/registry.ts'
import { systemClock } from '../../shell/clock.ts'
import { bitcoinFamily } from './node-config.ts'

const KEY_ONE = hexToBytes('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798')
const TEST = { environment: 'test', chain: CHAIN, rpc: ['http://user:secret@127.0.0.1:8332'] }

const refuse = (problem: string): AppError =>
  new AppError('shell.setting_invalid', { env: 'COFFER_CHAINS', problem })

const connect = (entry: Readonly<Record<string, unknown>>) =>
  bitcoinFamily.read(entry, knownNetwork(CHAIN), refuse)({ clock: systemClock })

test('an entry says on which network our addresses are, and of which form', () => {
  const address = (more: Readonly<Record<string, unknown>>): string =>
    connect({ ...TEST, ...more }).adapter.addressOf(KEY_ONE)
  assert.equal(address({}), 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')
  assert.equal(address({ network: 'signet' }), 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx')
  assert.match(address({ network: 'regtest', addressKind: 'p2tr' }), /^bcrt1p/)
})

test('real money is on the main network alone, and unknown members are refused', () => {
  const live = { ...TEST, environment: 'live' }
  assert.equal(
    connect(live).adapter.checkAddress('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4').kind,
    'valid',
  )
  for (const network of ['testnet', 'signet', 'regtest']) {
    assert.throws(() => connect({ ...live, network }), AppError)
  }
  assert.throws(() => connect({ ...TEST, adressKind: 'p2tr' }), z.ZodError)
  assert.throws(() => connect({ ...TEST, addressKind: 'p2pkh' }), z.ZodError)
  assert.throws(() => connect({ ...TEST, feeRate: { max: 0 } }), z.ZodError)
})
