import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import {
  address,
  getPublicKeyFromAddress,
  getTransactionDecoder,
  verifySignature,
} from '@solana/kit'
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system'
import {
  ASSOCIATED_TOKEN_PROGRAM_ADDRESS,
  findAssociatedTokenPda,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token'
import {
  BLOCKHASH,
  BUDGET,
  bytesOf,
  COINS,
  draftOf,
  MINT,
  OPEN,
  OWNER,
  PAYEE,
  PAYER,
  PLAIN,
  refuses,
  tokens,
} from '../../../test/solana-drafts.ts'
import { newKey } from '../../../test/solana-sending-world.ts'
import { CHAIN } from '../../../test/solana-world.ts'
import type { TxEffects } from '../contract-sending.ts'
import { coinOf, tokenOf } from './assets.ts'
import { solanaCodec, wireOf, writeUnsigned } from './codec.ts'
import { readLasting, writeLasting } from './lifetime.ts'
import { writeMessage, type Instruction } from './message.ts'
import { programs } from './programs.ts'
import { instructionOf, type Step } from './steps.ts'
import { associatedAccount } from './token-account.ts'

const explain = (unsigned: Uint8Array): TxEffects => solanaCodec.explain(CHAIN, unsigned)

/** Seen to fail with one letter of a program's address mistaken for another. */
test('programs and token accounts are those of their own clients', async () => {
  assert.equal(programs.system, SYSTEM_PROGRAM_ADDRESS)
  assert.equal(programs.token, TOKEN_PROGRAM_ADDRESS)
  assert.equal(programs.associatedToken, ASSOCIATED_TOKEN_PROGRAM_ADDRESS)
  for (let round = 0; round < 20; round += 1) {
    const [owner, mint] = [newKey().address, newKey().address]
    const seeds = { owner: address(owner), mint: address(mint) }
    const [expected, bump] = await findAssociatedTokenPda({
      ...seeds,
      tokenProgram: TOKEN_PROGRAM_ADDRESS,
    })
    assert.deepEqual(associatedAccount(owner, mint), { address: expected, tries: 255 - bump })
  }
})

test('a payment of coins and tokens is explained with its payer, its limit and its slot', () => {
  const effects = explain(bytesOf(PLAIN))
  assert.deepEqual(effects, {
    moves: [
      { from: OWNER.address, to: PAYEE, asset: coinOf(CHAIN), units: 2_000_000n },
      { from: OWNER.address, to: PAYEE, asset: tokenOf(CHAIN, MINT), units: 5_000_000n },
    ],
    spenders: [PAYER.address, OWNER.address],
    feePayer: PAYER.address,
    // Two signatures, 60,000 units at 20,000 millionths, one token account.
    feeMax: 10_000n + 1_200n + 2_039_280n,
    slots: effects.slots,
    besides: [],
  })
  assert.equal(effects.slots.length, 1)
  assert.match(
    effects.slots[0] ?? '',
    new RegExp(`^blockhash:${BLOCKHASH}:412345678:[0-9a-f]{64}$`),
  )
})

/** Seen to fail with the signatures in the order of the keys that were given. */
test('what is signed is a transaction whose signatures others verify', async () => {
  const { bytes, txHash } = solanaCodec.sign(CHAIN, bytesOf(PLAIN), [OWNER, PAYER])
  assert.deepEqual(solanaCodec.sign(CHAIN, bytesOf(PLAIN), [PAYER, OWNER]).bytes, bytes)
  const { messageBytes, signatures } = getTransactionDecoder().decode(wireOf(bytes))
  assert.deepEqual(Object.keys(signatures), [PAYER.address, OWNER.address])
  for (const [signer, signature] of Object.entries(signatures)) {
    assert.ok(signature !== null)
    const key = await getPublicKeyFromAddress(address(signer))
    assert.ok(await verifySignature(key, signature, messageBytes))
  }
  assert.equal(txHash, base58.encode(Uint8Array.from(Object.values(signatures)[0] ?? [])))
  const read = solanaCodec.explainSigned(CHAIN, bytes)
  assert.deepEqual(read, { txHash, effects: explain(bytesOf(PLAIN)) })
})

test('nothing is signed without the key of everybody who has to sign', () => {
  const unsigned = bytesOf(PLAIN)
  refuses(() => solanaCodec.sign(CHAIN, unsigned, [PAYER]), /missing/)
  const mistaken = { ...OWNER, privateKey: newKey().privateKey }
  refuses(() => solanaCodec.sign(CHAIN, unsigned, [PAYER, mistaken]), /another/)
})

const other = (program: string, data: readonly number[], names: readonly string[] = []): Step => ({
  kind: 'other',
  instruction: {
    program,
    accounts: names.map((one) => ({ address: one, signer: one === OWNER.address, writable: true })),
    data: Uint8Array.from(data),
  },
})

/** Seen to fail with each of the rules taken out. */
test('whatever is no plain payment is told in words', () => {
  const source = associatedAccount(OWNER.address, MINT).address
  const stranger = newKey().address
  const memo = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr'
  const cases: readonly (readonly [RegExp, readonly Step[]])[] = [
    [/calls Memo/, [...PLAIN, other(memo, [104, 105])]],
    // Approve, SetAuthority, CloseAccount of the token program; Assign, a nonce of the system's.
    [
      /calls Token/,
      [
        ...PLAIN,
        other(programs.token, [4, 1, 0, 0, 0, 0, 0, 0, 0], [source, stranger, OWNER.address]),
      ],
    ],
    [/calls Token/, [...PLAIN, other(programs.token, [6, 2, 0], [source, OWNER.address])]],
    [/calls Token/, [...PLAIN, other(programs.token, [9], [source, stranger, OWNER.address])]],
    [/calls 1111/, [...PLAIN, other(programs.system, [1, 0, 0, 0], [OWNER.address])]],
    [/calls 1111/, [other(programs.system, [4, 0, 0, 0], [source, OWNER.address]), ...PLAIN]],
    [
      /calls Token/,
      [
        ...BUDGET,
        OPEN,
        other(programs.token, [3, 1, 0, 0, 0, 0, 0, 0, 0], [source, stranger, OWNER.address]),
      ],
    ],
    [/whose owner it hides/, [...BUDGET, tokens()]],
    [/without paying it/, [...BUDGET, OPEN, COINS]],
    [/at the cost of/, [...BUDGET, { ...OPEN, payer: OWNER.address }, tokens()]],
    [/units twice/, [...BUDGET, ...PLAIN]],
  ]
  for (const [words, steps] of cases) {
    const { besides } = explain(bytesOf(steps))
    assert.ok(
      besides.some((one) => words.test(one)),
      `${String(words)}: ${besides.join()}`,
    )
  }
})

/** Seen to fail with a message that is not written anew to be compared. */
test('a message in another writing is refused, whoever wrote it', () => {
  const body = writeMessage({ ...draftOf([]), instructions: PLAIN.map(instructionOf) })
  const lasting = (other: Uint8Array): Uint8Array =>
    writeLasting({ lastValidBlockHeight: 1n, body: other })
  assert.deepEqual(explain(lasting(body)).besides, [])
  refuses(
    () => explain(lasting(concatBytes(Uint8Array.of(0x80), body, Uint8Array.of(0)))),
    /version/,
  )
  // The number of accounts, which is one byte, in two.
  const long = concatBytes(body.slice(0, 3), Uint8Array.of((body[3] ?? 0) | 0x80, 0), body.slice(4))
  refuses(() => explain(lasting(long)), /another writing/)
  // One more of the read-only accounts may be written to.
  const wider = body.map((byte, place) => (place === 2 ? byte - 1 : byte))
  refuses(() => explain(lasting(wider)), /one writing/)
  const withSpare: Instruction = {
    program: programs.system,
    accounts: [
      ...instructionOf(COINS).accounts,
      { address: newKey().address, signer: false, writable: false },
    ],
    data: instructionOf(COINS).data,
  }
  const spare = writeMessage({ ...draftOf([]), instructions: [withSpare] })
  assert.match(explain(lasting(spare)).besides.join(), /calls 1111/)
})

/** Anybody can sign for such a key. Seen to fail with the rules of ZIP 215. */
test('a signature by a key of small order is none', () => {
  const neutral = ed25519.Point.ZERO.toBytes()
  const feePayer = base58.encode(neutral)
  const draft = { ...draftOf([...BUDGET, { ...COINS, from: feePayer }]), feePayer }
  const { body, lastValidBlockHeight } = readLasting(writeUnsigned(draft))
  const forged = concatBytes(Uint8Array.of(1), neutral, new Uint8Array(32), body)
  const signed = writeLasting({ lastValidBlockHeight, body: forged })
  refuses(() => solanaCodec.explainSigned(CHAIN, signed), /signature/)
})
