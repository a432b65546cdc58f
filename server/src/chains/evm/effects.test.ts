import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { encodeFunctionData, getContractAddress, parseAbi, type Hex } from 'viem'
import { readArtifact } from '../../../test/artifact.ts'
import { chainId } from '../../money/caip.ts'
import { assetsOn } from '../../money/registry.ts'
import { checksummed } from './address.ts'
import { assetTable } from './assets.ts'
import { DEPLOYER, gatherCall, sweeperCode, sweeperDeployment, sweeperOf } from './sweeper.ts'
import { SWEEPER_CODE } from './sweeper-code.ts'
import { effectsOf } from './effects.ts'
import type { EvmTx } from './transaction.ts'

const CHAIN = chainId('eip155:1')
const assets = assetTable(assetsOn(CHAIN))
const [[TETHER = '', tether] = []] = assets.tokens
const account = (digit: string): string => `0x${digit.repeat(40)}`
const [FROM, TO, TREASURY, ONE, TWO] = ['a', 'b', 'c', 'd', 'e'].map(account)
assert.ok(FROM && TO && TREASURY && ONE && TWO && tether)

const hexAddress = (address: string): Hex => `0x${checksummed(address).slice(2)}`
const TOKEN = parseAbi([
  'function transfer(address to, uint256 value)',
  'function approve(address spender, uint256 value)',
  'function transferFrom(address from, address to, uint256 value)',
])
const args = [hexAddress(TO), 5n] as const
const transfer = encodeFunctionData({ abi: TOKEN, functionName: 'transfer', args })
const approve = encodeFunctionData({ abi: TOKEN, functionName: 'approve', args })
const transferFrom = encodeFunctionData({
  abi: TOKEN,
  functionName: 'transferFrom',
  args: [hexAddress(ONE), ...args],
})

type Change = Partial<Omit<EvmTx, 'data'>> & Readonly<{ data?: string }>

const txOf = ({ data = '0x', ...change }: Change): EvmTx => ({
  from: FROM,
  chainId: 1n,
  nonce: 7n,
  price: { kind: 'dynamic', maxFeePerGas: 30n, maxPriorityFeePerGas: 2n },
  gas: 100_000n,
  to: TO,
  value: 0n,
  data: hexToBytes(data.slice(2)),
  authorizations: [],
  ...change,
})

const read = (change: Change) => effectsOf(txOf(change), assets)

test('a payment of coins or of a token is nothing but that', () => {
  const common = {
    besides: [],
    spenders: [checksummed(FROM)],
    feePayer: checksummed(FROM),
    feeMax: 3_000_000n,
    slots: [`nonce:${checksummed(FROM)}:7`],
  }
  const move = { from: checksummed(FROM), to: checksummed(TO), units: 5n }
  assert.deepEqual(read({ value: 5n }), { ...common, moves: [{ ...move, asset: assets.native }] })
  const token = { ...common, moves: [{ ...move, asset: tether?.id }] }
  assert.deepEqual(read({ to: TETHER, data: transfer }), token)
})

/**
 * Seen to fail with a transfer that is read by its beginning, with coins for a contract beside a
 * transfer, and with the transfer of a token that is on no list.
 */
test('whatever else a transaction does is said, and never signed', () => {
  const others: readonly Change[] = [
    {},
    { to: undefined },
    { to: undefined, value: 5n, data: '0x6000' },
    { to: TETHER, data: approve },
    { to: TETHER, data: transferFrom },
    { to: TETHER, data: `${transfer}00` },
    { to: TETHER, data: transfer.slice(0, -2) },
    { to: TETHER, data: transfer.replace('0xa9059cbb000000', '0xa9059cbb000001') },
    { to: TETHER, data: transfer, value: 1n },
    { to: TO, data: transfer },
    { to: TO, data: '0x00', value: 5n },
    { value: 5n, authorizations: [{ authority: ONE, delegate: TWO, nonce: 0n }] },
    {
      to: TETHER,
      data: transfer,
      authorizations: [{ authority: FROM, delegate: account('0'), nonce: 8n }],
    },
  ]
  for (const change of others)
    assert.notDeepEqual(read(change).besides, [], JSON.stringify(change.data))
})

const SWEEPER = sweeperOf(TREASURY)
const wallets = [ONE, TWO]
const sweep = (change: Change = {}): Change => ({
  to: SWEEPER,
  data: gatherCall({ token: TETHER, treasury: TREASURY, wallets }),
  authorizations: [{ authority: ONE, delegate: SWEEPER, nonce: 0n }],
  ...change,
})

test('a sweep moves everything of each address to the treasury that it names', () => {
  const to = checksummed(TREASURY)
  const moves = wallets.map((wallet) => ({
    from: checksummed(wallet),
    to,
    asset: tether?.id,
    units: 'all',
  }))
  const effects = read(sweep())
  assert.deepEqual([effects.moves, effects.besides], [moves, []])
  assert.deepEqual(effects.spenders, [FROM, ONE].map(checksummed))
  assert.equal(effects.feePayer, checksummed(FROM))
  const coins = read(sweep({ data: gatherCall({ token: undefined, treasury: TREASURY, wallets }) }))
  assert.deepEqual(
    coins.moves.map((move) => move.asset),
    [assets.native, assets.native],
  )
})

/**
 * Seen to fail without the comparison of the contract's address with the treasury's sweeper: then
 * any contract could be let act for a deposit address.
 */
test('a sweep by another contract, of a strange token or with leave for more is none', () => {
  const call = (change: object): string =>
    gatherCall({ token: TETHER, treasury: TREASURY, wallets, ...change })
  const leave = { authority: ONE, delegate: SWEEPER, nonce: 0n }
  const others: readonly Change[] = [
    sweep({ to: account('9') }),
    sweep({ to: account('9'), authorizations: [{ ...leave, delegate: account('9') }] }),
    sweep({ data: call({ treasury: FROM }) }),
    sweep({ data: call({ token: account('9') }) }),
    sweep({ data: call({ wallets: [ONE, ONE] }) }),
    sweep({ data: call({ wallets: [TWO] }) }),
    sweep({ data: `${call({})}00` }),
    sweep({ data: `${call({})}${'0'.repeat(64)}` }),
    sweep({ data: call({}).replace(/60(0{63})2/, '80$12') }),
    sweep({ value: 1n }),
    sweep({ authorizations: [{ ...leave, delegate: account('9') }] }),
    sweep({ authorizations: [leave, { ...leave, nonce: 1n }] }),
    sweep({ authorizations: [leave, { ...leave, authority: FROM }] }),
  ]
  for (const [place, change] of others.entries()) {
    assert.notDeepEqual(read(change).besides, [], `${place}`)
  }
})

/**
 * Seen to fail where the deployer's address, and no byte behind it, was compared, and where coins
 * went along.
 */
test('the making of a treasury’s sweeper is known by every byte of it', () => {
  const made = sweeperDeployment(TREASURY)
  const own = read({ to: DEPLOYER, data: made })
  assert.deepEqual(
    [own.prepares, own.moves, own.besides, own.spenders],
    [checksummed(TREASURY), [], [], [checksummed(FROM)]],
  )
  const others: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ value: fc.bigInt(1n, 10n ** 30n) }),
    fc.constantFrom({ to: SWEEPER }, { to: TREASURY }, { to: undefined }),
    fc.nat(made.length - 43).map((place) => ({ data: flipped(made, place + 2) })),
    fc.constantFrom({ data: `${made}00` }, { data: `0x${made.slice(4)}` }, { data: '0x' }),
    fc.constant({ authorizations: [{ authority: ONE, delegate: SWEEPER, nonce: 0n }] }),
  )
  fc.assert(
    fc.property(others, (change) => {
      const { prepares, moves, besides } = read({ to: DEPLOYER, data: made, ...change })
      assert.equal(prepares, undefined)
      assert.ok(moves.length + besides.length > 0)
    }),
  )
})

const flipped = (hex: string, place: number): string =>
  `${hex.slice(0, place)}${hex[place] === '0' ? '1' : '0'}${hex.slice(place + 1)}`

/** Seen to fail with a byte of the code changed. */
test('a treasury’s sweeper stands where only its compiled source can stand', async () => {
  const { bytecode } = await readArtifact('Sweeper')
  assert.equal(SWEEPER_CODE, bytecode)
  const address = getContractAddress({
    opcode: 'CREATE2',
    from: hexAddress(DEPLOYER),
    salt: `0x${'00'.repeat(32)}`,
    bytecode: `0x${sweeperCode(TREASURY).slice(2)}`,
  })
  assert.equal(checksummed(SWEEPER), address)
  assert.equal(sweeperDeployment(TREASURY), `0x${'00'.repeat(32)}${sweeperCode(TREASURY).slice(2)}`)
})
