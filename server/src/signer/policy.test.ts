import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../errors/app-error.ts'
import { resolveAsset, resolveNetwork } from '../money/alias.ts'
import { noPolicy, readPolicy } from './policy.ts'

const fee = { perTransaction: '0.01', perDay: '1' }
const assets = { ETH: { perTransaction: '1.5', perDay: '3' } }
const chain = { destinations: 'any', fee, assets }
const SHOP = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const read = (chains: object, more: object = {}) =>
  readPolicy(JSON.stringify({ version: 1, chains, ...more }), 'policy.json')

test('a policy is read with the names and amounts that people write', () => {
  const policy = read({
    Ethereum: {
      ...chain,
      destinations: [SHOP.toLowerCase()],
      assets: { ...assets, USDT_ERC20: { perTransaction: '100', perDay: '200.5', codeAbove: '0' } },
    },
    BSC: { ...chain, assets: { USDT: { perTransaction: '1', perDay: '1' } } },
  })
  const rules = policy.chains.get('eip155:1')
  assert.deepEqual(rules?.destinations, new Set([SHOP]))
  const eth = rules?.assets.get(resolveNetwork('Ethereum').native)
  assert.deepEqual(eth, {
    perTransaction: 1_500_000_000_000_000_000n,
    perDay: 3_000_000_000_000_000_000n,
    codeAbove: undefined,
  })
  assert.equal(rules?.assets.get(resolveAsset({ currency: 'USDT_ERC20' }).id)?.perDay, 200_500_000n)
  // The symbol alone is the asset of that network: USDT has 18 decimals on BNB Chain.
  const usdt = resolveAsset({ currency: 'USDT_BSC' })
  assert.equal(policy.chains.get('eip155:56')?.assets.get(usdt.id)?.perDay, 10n ** 18n)
  assert.equal(noPolicy.chains.size, 0)
})

/** Would catch: unknown members let through. */
test('a policy that could mean something else than it says is refused with the reason', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ Ethereum: { ...chain, destination: [SHOP] } }, /destination/],
    [{ Ethereum: { ...chain, destinations: ['TMVQGm1qAQYVdetCeGRRkTWYYrLXuHK2HC'] } }, /Tron/],
    [{ Ethereum: { ...chain, destinations: [SHOP.replace('c', 'C')] } }, /checksum/],
    [{ Ethereum: { ...chain, assets: { ETH: { perTransaction: '1' } } } }, /perDay/],
    [{ Ethereum: { ...chain, assets: { ETH: { perTransaction: 1, perDay: '1' } } } }, /string/],
    [{ Ethereum: { ...chain, assets: { BTC: assets.ETH } } }, /BTC is not on Ethereum/],
    [{ Ethereum: { ...chain, assets: { NONE: assets.ETH } } }, /NONE/],
    [{ Ethereum: { ...chain, fee: { ...fee, perDay: '0.0000000000000000001' } } }, /decimals/],
    [{ Ethereum: { ...chain, fee: { ...fee, perDay: '-1' } } }, /-1/],
    [{ Ethereum: chain, ETH: chain }, /twice/],
    [{ ERC20: chain }, /several networks/],
    [{ Dogecoin: chain }, /Dogecoin/],
  ]
  for (const [chains, reason] of wrong) {
    assert.throws(
      () => read(chains),
      (error) => isError(error, 'signer.policy_invalid') && reason.test(error.message),
      JSON.stringify(chains),
    )
  }
  for (const text of ['', '{}', '[]', '{"version":2,"chains":{}}', 'null']) {
    assert.throws(
      () => readPolicy(text, 'policy.json'),
      (error) => isError(error, 'signer.policy_invalid'),
    )
  }
})
