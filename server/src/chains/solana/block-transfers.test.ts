import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CHAIN, COIN } from '../../../test/solana-world.ts'
import { sumOf } from '../contract-follow.suite.ts'
import { BlockTransaction } from './answers.ts'
import { assetTable, tokenOf } from './assets.ts'
import { arrivalsIn } from './block-transfers.ts'

const MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'
const TOKEN = tokenOf(CHAIN, MINT)
const ASSETS = assetTable(COIN, new Map([[TOKEN, MINT]]))
const BLOCK = { height: 7, hash: 'hash' }

/** What an account of the transaction has: coins, and perhaps tokens of an owner. */
type Side = Readonly<{ lamports?: number; owner?: string; units?: number; mint?: string }>
type Line = Readonly<{ account: string; before?: Side; after?: Side }>

const balancesOf = (lines: readonly Line[], side: 'before' | 'after') =>
  lines.flatMap((line, accountIndex) => {
    const { owner, units, mint = MINT } = line[side] ?? {}
    if (owner === undefined) return []
    return [{ accountIndex, owner, mint, uiTokenAmount: { amount: `${units ?? 0}` } }]
  })

const transaction = (lines: readonly Line[], meta: object = {}): BlockTransaction =>
  BlockTransaction.parse({
    transaction: {
      signatures: ['signature'],
      accountKeys: lines.map(({ account }) => ({ pubkey: account })),
    },
    meta: {
      err: null,
      fee: 5_000,
      preBalances: lines.map(({ before }) => before?.lamports ?? 0),
      postBalances: lines.map(({ after }) => after?.lamports ?? 0),
      preTokenBalances: balancesOf(lines, 'before'),
      postTokenBalances: balancesOf(lines, 'after'),
      ...meta,
    },
  })

const arrived = (lines: readonly Line[], meta?: object) =>
  arrivalsIn(BLOCK, [transaction(lines, meta)], ASSETS).map((one) => {
    return [one.index, one.from, one.to, one.asset, one.units]
  })

const PAYER: Line = {
  account: 'payer',
  before: { lamports: 1_000_000 },
  after: { lamports: 395_000 },
}

test('coins arrive at whoever has more of them, from whoever has less', () => {
  const payee = { account: 'payee', before: { lamports: 10 }, after: { lamports: 600_010 } }
  assert.deepEqual(arrived([PAYER, payee]), [['lamports', 'payer', 'payee', COIN, 600_000n]])
  const back = { account: 'payer', before: { lamports: 10 }, after: { lamports: 700_010 } }
  const from = { account: 'vault', before: { lamports: 705_000 } }
  assert.deepEqual(arrived([back, from]), [['lamports', 'vault', 'payer', COIN, 700_000n]])
})

/** Seen to fail with failed transactions taken like others. */
test('a transaction that failed brings nothing, whatever it says', () => {
  const payee = { account: 'payee', after: { lamports: 600_000 } }
  assert.deepEqual(arrived([PAYER, payee], { err: { InstructionError: [0, 'Custom'] } }), [])
})

test('an amount that no float holds is exact', () => {
  const lines = [{ account: 'payee' }, { account: 'vault' }]
  const amounts = {
    preBalances: [0, 9_007_199_254_740_993n],
    postBalances: [9_007_199_254_740_993n, 0],
  }
  assert.equal(arrived(lines, amounts)[0]?.[4], 9_007_199_254_740_993n)
})

test('tokens arrive at the owner of any account that holds them, each account by itself', () => {
  const lines = [
    { account: 'payer' },
    {
      account: 'from',
      before: { owner: 'payer', units: 900 },
      after: { owner: 'payer', units: 0 },
    },
    { account: 'usual', before: { owner: 'us', units: 5 }, after: { owner: 'us', units: 605 } },
    { account: 'unusual', after: { owner: 'us', units: 300 } },
  ]
  assert.deepEqual(arrived(lines), [
    ['token:usual', 'payer', 'us', TOKEN, 600n],
    ['token:unusual', 'payer', 'us', TOKEN, 300n],
  ])
})

/** Seen to fail with differences taken by account. */
test('what an owner moves among his own accounts is no arrival, and what exceeds it is', () => {
  const from = {
    account: 'one',
    before: { owner: 'us', units: 400 },
    after: { owner: 'us', units: 0 },
  }
  const into = (units: number): Line => ({ account: 'other', after: { owner: 'us', units } })
  assert.deepEqual(arrived([PAYER, from, into(400)]), [])
  assert.deepEqual(arrived([PAYER, from, into(450)]), [['token:other', 'us', 'us', TOKEN, 50n]])
})

/** Seen to fail with the owner read from one side only. */
test('an account that is handed over brings what is in it, and takes it from its last owner', () => {
  const line: Line = {
    account: 'handed',
    before: { owner: 'them', units: 70 },
    after: { owner: 'us', units: 70 },
  }
  assert.deepEqual(arrived([line]), [['token:handed', 'them', 'us', TOKEN, 70n]])
})

test('a token that is not on the list brings nothing', () => {
  const mint = 'FakeMint11111111111111111111111111111111111'
  assert.deepEqual(arrived([{ account: 'usual', after: { owner: 'us', units: 70, mint } }]), [])
})

/** What arrives at an owner is what he has more in the end: neither more nor less. */
test('whatever moves, the arrivals of an owner sum up to what he has more', () => {
  const side = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), units: fc.nat(1_000) })
  const anyLine = fc.record({ before: side, after: side })
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), (sides) => {
      const lines = sides.map((one, place) => ({ account: `account ${place}`, ...one }))
      const found = arrivalsIn(BLOCK, [transaction(lines)], ASSETS)
      for (const owner of ['a', 'b', 'c']) {
        const held = (at: 'before' | 'after'): number =>
          lines.reduce((sum, line) => sum + (line[at].owner === owner ? line[at].units : 0), 0)
        const more = Math.max(0, held('after') - held('before'))
        assert.equal(sumOf(found, { to: owner, asset: TOKEN }), BigInt(more))
        assert.ok(found.every((one) => one.units > 0n))
      }
      assert.equal(new Set(found.map((one) => `${one.to} ${one.index}`)).size, found.length)
    }),
  )
})
