import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newKey } from '../../../test/solana-sending-world.ts'
import { CHAIN, COIN, newAddress } from '../../../test/solana-world.ts'
import { isError } from '../../errors/app-error.ts'
import { units } from '../../money/units.ts'
import type { SendRequest } from '../contract-sending.ts'
import { assetTable, tokenOf } from './assets.ts'
import type { Account, Holding } from './holdings.client.ts'
import { checkCoins, holdingKey, paymentSteps, type Facts } from './payment-rules.ts'
import { programs } from './programs.ts'
import { associatedAccount } from './token-account.ts'

const MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'
const TOKEN = tokenOf(CHAIN, MINT)
const [KEY, OTHER, PAYER] = [newKey(), newKey(), newKey()]
const TO = newAddress()

const account = (lamports: bigint, program: string = programs.system): Account => ({
  lamports,
  program,
  executable: false,
  data: new Uint8Array(),
})

const factsWith = (change: Partial<Facts> = {}, held: readonly Holding[] = []): Facts => ({
  chain: CHAIN,
  assets: assetTable(COIN, new Map([[TOKEN, MINT]])),
  accounts: new Map([
    [KEY.address, account(5_000_000n)],
    [OTHER.address, account(3_000_000n)],
    [PAYER.address, account(1_000_000n)],
  ]),
  holdings: new Map([[holdingKey(KEY.address, MINT), held]]),
  mints: new Map([[MINT, { decimals: 6, program: programs.token }]]),
  rentMin: 890_880n,
  tokenAccountRent: 2_039_280n,
  ...change,
})

const requestFor = (asset: SendRequest['payments'][0]['asset'], amount: bigint): SendRequest => ({
  from: [KEY],
  payments: [{ to: TO, asset, units: units(amount) }],
  speed: 'normal',
  feeMax: units(10n ** 9n),
})

const refused = (
  code: 'chain.insufficient_funds' | 'chain.payment_not_possible',
  words: RegExp,
) => {
  return (error: unknown): boolean => isError(error, code) && words.test(error.message)
}

const holding = (name: string, amount: bigint, frozen = false): Holding => ({
  account: name,
  units: amount,
  frozen,
})

/** Seen to fail with frozen accounts counted in. */
test('what a token account holds frozen is not there to be sent', () => {
  const facts = factsWith({}, [holding('frozen', 900n, true), holding('free', 100n)])
  const sources = (request: SendRequest) =>
    paymentSteps(facts, request, 0n).flatMap((one) => (one.kind === 'tokens' ? [one.source] : []))
  assert.deepEqual(sources(requestFor(TOKEN, 100n)), ['free'])
  assert.deepEqual(sources({ ...requestFor(TOKEN, 100n), everything: true }), ['free'])
  assert.throws(
    () => sources(requestFor(TOKEN, 101n)),
    refused('chain.insufficient_funds', /no account of his that is not frozen/),
  )
})

test('the usual account pays before others, and no account pays twice what it has', () => {
  const usual = associatedAccount(KEY.address, MINT).address
  const facts = factsWith({}, [holding('large', 1_000n), holding(usual, 300n)])
  const payments = [200n, 200n].map((amount) => ({ to: TO, asset: TOKEN, units: units(amount) }))
  const [first, ...more] = payments
  assert.ok(first !== undefined)
  const request: SendRequest = { ...requestFor(TOKEN, 200n), payments: [first, ...more] }
  const steps = paymentSteps(facts, request, 0n)
  assert.deepEqual(
    steps.map((one) => (one.kind === 'tokens' ? one.source : one.kind)),
    ['open_account', usual, 'large'],
  )
})

test('everything of the coin is all that a key has, less the fee where the key pays it', () => {
  const request = { ...requestFor(COIN, 1n), from: [KEY, OTHER] as const, everything: true }
  const sent = (one: SendRequest) =>
    paymentSteps(factsWith(), one, 5_000n).map((step) => step.kind === 'coins' && step.lamports)
  assert.deepEqual(sent(request), [4_995_000n, 3_000_000n])
  assert.deepEqual(sent({ ...request, feePayer: PAYER }), [5_000_000n, 3_000_000n])
})

test('who pays the fee has to have it, whoever pays the rest', () => {
  const fee = { payer: PAYER.address, fee: 1_000_001n }
  assert.throws(
    () => checkCoins(factsWith(), [], fee),
    refused('chain.insufficient_funds', /has 1000000 lamports, and needs 1000001/),
  )
  checkCoins(factsWith(), [], { ...fee, fee: 1_000_000n })
  assert.throws(
    () => checkCoins(factsWith(), [], { ...fee, fee: 200_000n }),
    refused('chain.insufficient_funds', /would keep 800000 lamports/),
  )
})

test('a token of the newer program, or one that is not there, is not sent', () => {
  const request = requestFor(TOKEN, 1n)
  const newer = factsWith({
    mints: new Map([[MINT, { decimals: 6, program: programs.token2022 }]]),
  })
  const words = 'chain.payment_not_possible'
  assert.throws(() => paymentSteps(newer, request, 0n), refused(words, /newer token program/))
  const missing = factsWith({ mints: new Map() })
  assert.throws(
    () => paymentSteps(missing, request, 0n),
    refused(words, /no token of this network/),
  )
})
