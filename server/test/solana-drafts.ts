import { isError } from '../src/errors/app-error.ts'
import assert from 'node:assert/strict'
import { writeUnsigned, type Draft } from '../src/chains/solana/codec.ts'
import type { Step } from '../src/chains/solana/steps.ts'
import { associatedAccount } from '../src/chains/solana/token-account.ts'
import { newKey } from './solana-sending-world.ts'

/** The blockhash and the token of every draft. */
export const BLOCKHASH = 'EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N'
/** USDC's. */
export const MINT = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'

/** Who pays the fee, who pays, and who is paid. */
export const [PAYER, OWNER, PAYEE] = [newKey(), newKey(), newKey().address]

/** Bytes that are refused, for the reason that is given. */
export const refuses = (read: () => unknown, problem?: RegExp): void =>
  assert.throws(read, (error) => {
    assert.ok(isError(error, 'chain.transaction_not_readable'), String(error))
    if (problem !== undefined) assert.match(error.message, problem)
    return true
  })

/** A message of these steps. */
export const draftOf = (steps: readonly Step[]): Draft => ({
  feePayer: PAYER.address,
  blockhash: BLOCKHASH,
  lastValidBlockHeight: 412_345_678n,
  steps,
})

/** Its unsigned bytes. */
export const bytesOf = (steps: readonly Step[]): Uint8Array => writeUnsigned(draftOf(steps))

/** The owner's tokens on their way to the payee, or what is changed of that. */
export const tokens = (change: Partial<Extract<Step, { kind: 'tokens' }>> = {}): Step => ({
  kind: 'tokens',
  authority: OWNER.address,
  mint: MINT,
  source: associatedAccount(OWNER.address, MINT).address,
  destination: associatedAccount(PAYEE, MINT).address,
  units: 5_000_000n,
  decimals: 6,
  ...change,
})

/** What a transaction says of its compute units. */
export const BUDGET: readonly Step[] = [
  { kind: 'unit_limit', units: 60_000 },
  { kind: 'unit_price', price: 20_000n },
]
/** The payee's token account. */
export const OPEN = {
  kind: 'open_account',
  payer: PAYER.address,
  owner: PAYEE,
  mint: MINT,
} as const satisfies Step
/** Coins on the same way. */
export const COINS = {
  kind: 'coins',
  from: OWNER.address,
  to: PAYEE,
  lamports: 2_000_000n,
} as const satisfies Step
/** A payment of coins and of tokens. */
export const PLAIN: readonly Step[] = [...BUDGET, OPEN, COINS, tokens()]
