import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBase58check } from '@scure/base'
import { sha256 } from '@noble/hashes/sha2.js'
import { getAddress } from 'viem'
import { chainOfAsset } from './caip.ts'
import { isFiat } from './fiat.ts'
import {
  assetById,
  assets,
  assetsOn,
  knownAsset,
  knownNetwork,
  networkByChain,
  networks,
} from './registry.ts'

/** The table "Supported Assets & Networks", row by row: name, currency, network, standard. */
const documented = [
  ['Bitcoin', 'BTC', 'Bitcoin', 'Native'],
  ['Ethereum', 'ETH', 'Ethereum', 'Native'],
  ['Chainlink', 'LINK', 'Ethereum', 'ERC20'],
  ['BNB / Binance Coin', 'BNB', 'BNB Chain', 'Native (BEP20)'],
  ['Tether (USDT)', 'USDT', 'BSC', 'BEP20'],
  ['USD Coin (USDC)', 'USDC', 'BNB Chain', 'BEP20'],
  ['Solana', 'SOL', 'Solana', 'Native'],
  ['Stacks', 'STX', 'Stacks', 'Native'],
  ['Tron', 'TRX', 'Tron', 'Native'],
  ['Tether (USDT)', 'USDT', 'Tron', 'TRC20'],
  ['USD Coin (USDC)', 'USDC', 'Tron', 'TRC20'],
  ['Polygon (MATIC)', 'MATIC', 'Polygon', 'Native'],
  ['Tether (USDT)', 'USDT', 'Polygon', 'ERC20'],
  ['USD Coin (USDC)', 'USDC', 'Polygon', 'ERC20'],
  ['Polkadot', 'DOT', 'Polkadot', 'Native'],
  ['Base', 'BASE', 'Base', 'Native'],
] as const

test('the registry begins with the documented assets under their documented names', () => {
  const shown = assets
    .slice(0, documented.length)
    .map(({ name, currency, network, standard }) => [name, currency, network, standard])
  assert.deepEqual(shown, documented)
})

/** Wrong decimals are the dearest mistake of all, so they stand here a second time. */
const decimals: Readonly<Record<string, number>> = {
  BTC: 8,
  ETH: 18,
  LINK: 18,
  BNB: 18,
  USDT_BSC: 18,
  USDC_BSC: 18,
  SOL: 9,
  STX: 6,
  TRX: 6,
  USDT_TRC20: 6,
  USDC_TRC20: 6,
  MATIC: 18,
  USDT_POLYGON: 6,
  USDC_POLYGON: 6,
  DOT: 10,
  BASE: 18,
  USDT_ERC20: 6,
  USDC_ERC20: 6,
  ETH_ARB: 18,
  USDT_ARB: 6,
  USDC_ARB: 6,
  ETH_ANVIL: 18,
  TUSD: 6,
}

test('every asset has the decimals of its contract or coin', () => {
  const found = Object.fromEntries(assets.map((asset) => [asset.code, asset.decimals]))
  assert.deepEqual(found, decimals)
})

/** Fault seen to fail it: one letter of a contract changed. */
test('every EVM contract carries a valid checksum, and its asset id the lower case', () => {
  for (const { id, contract } of assets.filter(({ id }) => id.includes('/erc20:'))) {
    assert.ok(contract !== undefined)
    assert.equal(contract, getAddress(contract.toLowerCase()))
    assert.ok(id.endsWith(`/erc20:${contract.toLowerCase()}`))
  }
})

test('every Tron contract is a valid base58check address of the main network', () => {
  const base58check = createBase58check(sha256)
  const tokens = assets.filter(({ id }) => id.includes('/trc20:'))
  assert.equal(tokens.length, 2)
  for (const { contract = '', id } of tokens) {
    assert.equal(base58check.decode(contract)[0], 0x41)
    assert.ok(id.endsWith(`/trc20:${contract}`))
  }
})

test('no two assets share an id, a code, or a code without its underscore', () => {
  for (const name of ['id', 'code', 'compactCode'] as const) {
    const values = assets.map((asset) => asset[name].toLowerCase())
    assert.equal(new Set(values).size, assets.length, name)
  }
})

test('every network has its coin, and every asset its network', () => {
  for (const network of networks) {
    assert.equal(knownAsset(network.native).chain, network.chain)
    assert.equal(knownAsset(network.native).kind, 'native')
    assert.equal(networkByChain(network.chain), network)
    assert.equal(assetsOn(network.chain)[0]?.id, network.native)
  }
  for (const asset of assets) {
    assert.equal(assetById(asset.id), asset)
    assert.equal(chainOfAsset(asset.id), asset.chain)
    assert.equal(asset.kind === 'native', asset.contract === undefined)
    assert.equal(asset.kind === 'native', knownNetwork(asset.chain).native === asset.id)
  }
})

test('a transfer is safe no later than final, and neither before its block', () => {
  for (const { confirmations, blockTimeMs } of networks) {
    assert.ok(1 <= confirmations.safe && confirmations.safe <= confirmations.final)
    assert.ok(confirmations.final <= 32 && blockTimeMs > 0)
  }
})

test('no crypto currency is called like a fiat currency', () => {
  const symbols = assets.flatMap((asset) => [asset.currency, ...asset.currencyAliases, asset.code])
  assert.deepEqual(symbols.filter(isFiat), [])
})

test('what is not in the registry is not found, whatever it is called', () => {
  for (const text of ['', 'constructor', '__proto__', 'eip155:999', 'EIP155:1', 'BTC']) {
    assert.equal(assetById(text), undefined)
    assert.equal(networkByChain(text), undefined)
  }
})
