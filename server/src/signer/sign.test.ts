import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BTC,
  bitcoinPolicy,
  effectsOf,
  ownKey,
  signingRequest,
  signingWorld,
  stranger,
} from '../../test/signing-world.ts'
import { units } from '../money/units.ts'
import { TREASURY } from '../chains/treasury-account.ts'

const BITCOIN = 100_000_000n
const shop = stranger('shop')

test('what does exactly what it is said to is signed, and stands in the log', () => {
  using world = signingWorld()
  const change = ownKey(5)
  const effects = effectsOf([
    { to: shop, units: 5n },
    { to: change.address, units: 7n },
  ])
  const payments = [{ to: shop, asset: BTC, units: '5' }]
  const answer = world.ask(signingRequest(effects, { payments, change }))
  assert.ok('txHash' in answer)
  assert.equal(answer.log.line, 2)
})

/** Planted faults, one each: moves matched by recipient alone; `besides`, the fee not compared. */
test('bytes that do anything else than the intent says are not signed', () => {
  using world = signingWorld()
  const effects = effectsOf([
    { to: shop, units: 5n },
    { to: stranger('other'), units: 6n },
  ])
  const [first, second] = [
    { to: shop, asset: BTC, units: '5' },
    { to: stranger('other'), asset: BTC, units: '6' },
  ]
  const eth = 'eip155:1/slip44:60'
  const different = {
    'another amount': { payments: [{ ...first, units: '4' }, second] },
    'another recipient': { payments: [{ ...first, to: stranger('third') }, second] },
    'another asset': { payments: [{ ...first, asset: eth }, second] },
    'a payment less': { payments: [first] },
    'a payment more': { payments: [first, second, first] },
    'less for the fee': { feeMax: '999' },
    'other keys': { keys: [ownKey(1)] },
    'more keys': { keys: [ownKey(0), ownKey(1)] },
    'the same key twice': { keys: [ownKey(0), ownKey(0)] },
    'change where a payment goes': {
      change: ownKey(2),
      payments: [first, { ...second, ...ownKey(2) }],
    },
  }
  for (const [what, intent] of Object.entries(different)) {
    const outcome = world.outcome(signingRequest(effects, intent))
    assert.match(outcome, /intent_differs|address_differs|request_not_readable/, what)
  }
  const more = {
    'something besides': { besides: ['an approval'] },
    'another spender': { spenders: [ownKey(0).address, ownKey(1).address] },
    'a stranger pays the fee': { feePayer: stranger('rich') },
  }
  for (const [what, said] of Object.entries(more)) {
    const request = signingRequest(effectsOf([{ to: shop, units: 5n }], said))
    assert.equal(world.outcome(request), 'signer.intent_differs', what)
  }
  assert.equal(world.outcome(signingRequest(effects)), 'signed')
})

/** Planted faults, one each: no derivation of destinations; of change; any path taken. */
test('an address is ours when its key is derived, and not because somebody says so', () => {
  using world = signingWorld()
  const lie = { path: ownKey(3).path, to: shop, asset: BTC, units: '5' }
  const effects = effectsOf([{ to: shop, units: 5n }])
  assert.equal(
    world.outcome(signingRequest(effects, { payments: [lie] })),
    'signer.address_differs',
  )
  const forged = { change: { path: ownKey(3).path, address: stranger('thief') } }
  assert.equal(world.outcome(signingRequest(effects, forged)), 'signer.address_differs')
  for (const path of [
    "m/84'/0'/0'/0",
    "m/84'/0'/0'/2/0",
    "m/84'/0'/0/0/0",
    "m/84'/0'/2147483648'/0/0",
    "m/84'/1'/0'/0/0",
    "m/44'/60'/0'/0/0",
    "m/84'/0'/0'/0/0'",
    '',
  ]) {
    const keys = [{ path, address: ownKey(0).address }]
    assert.equal(world.outcome(signingRequest(effects, { keys })), 'signer.path_invalid', path)
  }
})

/** Planted fault: whatever has a proved path is not counted. */
test('coins that stay in a book are not counted, and those for another book are', () => {
  using world = signingWorld(bitcoinPolicy({ perTransaction: '1', perDay: '1' }))
  const to = (account: number, id: string): string => {
    const { path, address } = ownKey(9, account)
    const payments = [{ to: address, asset: BTC, units: `${BITCOIN}`, path }]
    return world.outcome(
      signingRequest(effectsOf([{ to: address, units: BITCOIN }], { slots: [id] }), {
        id,
        payments,
      }),
    )
  }
  // The key is that of the treasury of book 0: what goes to its own addresses stays there.
  for (const id of ['a', 'b', 'c']) assert.equal(to(TREASURY, id), 'signed')
  assert.equal(to(0, 'd'), 'signed')
  assert.equal(to(1, 'e'), 'signed')
  assert.equal(to(1, 'f'), 'signer.cap_exceeded')
  assert.equal(to(TREASURY + 1, 'g'), 'signer.cap_exceeded')
  assert.equal(to(TREASURY, 'h'), 'signed')
})

test('accounts that the policy calls shared are paid to and from without being counted', () => {
  const shared = { ...JSON.parse(bitcoinPolicy({ perTransaction: '0', perDay: '0' })) }
  using world = signingWorld(JSON.stringify({ ...shared, sharedAccounts: [5] }))
  const pay = (from: number, to: number): string => {
    const [key, { path, address }] = [ownKey(0, from), ownKey(0, to)]
    const effects = effectsOf([{ to: address, units: 5n }], {
      spenders: [key.address],
      slots: [`input:${from}`],
    })
    const payments = [{ to: address, asset: BTC, units: '5', path }]
    return world.outcome(signingRequest(effects, { id: `${from}`, keys: [key], payments }))
  }
  assert.equal(pay(1, TREASURY + 5), 'signed')
  assert.equal(pay(TREASURY + 5, 2), 'signed')
  assert.equal(pay(3, TREASURY + 4), 'signer.cap_exceeded')
})

test('change goes back to the book that pays, and everything only where it stays ours', () => {
  using world = signingWorld()
  const effects = (address: string) =>
    effectsOf([
      { to: shop, units: 5n },
      { to: address, units: 7n },
    ])
  const payments = [{ to: shop, asset: BTC, units: '5' }]
  const foreign = ownKey(4, 1)
  const request = signingRequest(effects(foreign.address), { payments, change: foreign })
  assert.equal(world.outcome(request), 'signer.intent_differs')
  const all = signingRequest(effectsOf([{ to: shop, units: 'all' }]))
  assert.equal(world.outcome(all), 'signer.intent_differs')
  const own = ownKey(1)
  const sweep = {
    id: 'sweep',
    payments: [{ to: own.address, asset: BTC, units: 'all', path: own.path }],
  }
  const swept = signingRequest(effectsOf([{ to: own.address, units: 'all' }]), sweep)
  assert.equal(world.outcome(swept), 'signed')
})

test('nothing real is signed without a policy, nor what it does not name', () => {
  using bare = signingWorld(JSON.stringify({ version: 1, chains: {} }))
  const request = signingRequest(effectsOf([{ to: shop, units: 5n }]))
  assert.equal(bare.outcome(request), 'signer.not_allowed')
  using listed = signingWorld(bitcoinPolicy(undefined, [shop]))
  assert.equal(listed.outcome(request), 'signed')
  const other = effectsOf([{ to: stranger('other'), units: 5n }])
  assert.equal(
    listed.outcome(signingRequest(other, { id: 'po_2' })),
    'signer.destination_not_listed',
  )
  using dear = signingWorld()
  const fee = signingRequest(effectsOf([{ to: shop, units: 5n }], { feeMax: units(100_001n) }))
  assert.equal(dear.outcome(fee), 'signer.cap_exceeded')
  const late = signingRequest(effectsOf([{ to: shop, units: 5n }]), { expires: dear.now() - 1 })
  assert.equal(dear.outcome(late), 'signer.intent_expired')
})

/** Planted fault: only the first transaction of an intent is remembered. */
test('what was signed for an intent is told to whoever lost his memory of it', () => {
  using world = signingWorld()
  const told = () => world.ask({ op: 'signed', intents: ['po_1', 'po_2'] })
  assert.deepEqual(told(), { transactions: [] })
  const first = signingRequest(effectsOf([{ to: shop, units: 5n }]))
  const dearer = signingRequest(effectsOf([{ to: shop, units: 5n }], { feeMax: units(2_000n) }))
  const hashes = [first, first, dearer].map((request) => {
    const answer = world.ask(request)
    return 'txHash' in answer ? answer.txHash : undefined
  })
  assert.equal(hashes[0], hashes[1])
  world.restart()
  const payments = [{ to: shop, asset: BTC, units: '5' }]
  assert.deepEqual(told(), {
    transactions: [
      { intent: 'po_1', txHash: hashes[0], slots: ['input:00:0'], payments },
      { intent: 'po_1', txHash: hashes[2], slots: ['input:00:0'], payments },
    ],
  })
})
