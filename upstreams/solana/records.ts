import type { Address, EncodedAccount, Transaction } from '@solana/kit'
import { getMintDecoder, getTokenDecoder, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token'
import type { Accounts, Execution, Runtime } from './runtime.ts'

/** A transaction as it was sent, with what is read off it. */
export type Sent = Readonly<{
  signature: string
  transaction: Transaction
  wire: Uint8Array
  blockhash: string
  /** In the order of its message, the payer first. */
  accounts: readonly Readonly<{ address: Address; signer: boolean; writable: boolean }>[]
  fee: bigint
}>

/** What an account of the transaction held of a token at one moment. */
export type TokenBalance = Readonly<{
  accountIndex: number
  mint: string
  owner: string
  programId: string
  uiTokenAmount: Readonly<{
    amount: string
    decimals: number
    uiAmount: number | null
    uiAmountString: string
  }>
}>

/** A transaction in a block, with everything that it changed. */
export type Executed = Readonly<{
  sent: Sent
  execution: Execution
  before: Accounts
  preBalances: readonly bigint[]
  postBalances: readonly bigint[]
  preTokenBalances: readonly TokenBalance[]
  postTokenBalances: readonly TokenBalance[]
}>

/** Tokens of the older program alone are shown: those that the stand-in's payers send. */
const TOKEN_BYTES = 165

/** Executes a transaction and records what it changed. */
export function executeAndRecord(runtime: Runtime, sent: Sent): Executed {
  const addresses = sent.accounts.map((one) => one.address)
  const before = runtime.accounts(addresses)
  const preTokenBalances = tokenBalances(runtime, addresses)
  const execution = runtime.execute(sent.transaction)
  const after = runtime.accounts(addresses)
  const balances = (at: Accounts): readonly bigint[] =>
    addresses.map((one) => at.get(one)?.lamports ?? 0n)
  const executed = {
    sent,
    execution,
    before,
    preBalances: balances(before),
    postBalances: balances(after),
    preTokenBalances,
    postTokenBalances: tokenBalances(runtime, addresses),
  }
  assertConserved(executed)
  return executed
}

/** Nothing but the fee leaves the accounts of a transaction: a check of the fee itself. */
function assertConserved({ sent, execution, preBalances, postBalances }: Executed): void {
  const sum = (all: readonly bigint[]): bigint => all.reduce((one, other) => one + other, 0n)
  const gone = sum(preBalances) - sum(postBalances)
  const isCharged = gone === sent.fee || (execution.error !== undefined && gone === 0n)
  if (!isCharged) throw new Error(`${sent.signature} cost ${gone}, not ${sent.fee}`)
}

function tokenBalances(runtime: Runtime, addresses: readonly Address[]): readonly TokenBalance[] {
  return addresses.flatMap((address, accountIndex) => {
    const account = runtime.account(address)
    const held = account === undefined ? undefined : tokenIn(account)
    if (held === undefined) return []
    const mint = runtime.account(held.mint)
    const decimals = mint === undefined ? 0 : getMintDecoder().decode(mint.data).decimals
    return [
      {
        accountIndex,
        mint: held.mint,
        owner: held.owner,
        programId: TOKEN_PROGRAM_ADDRESS,
        uiTokenAmount: uiAmount(held.amount, decimals),
      },
    ]
  })
}

/** The holding in a token account; undefined for any other account. */
export function tokenIn({ programAddress, data }: EncodedAccount) {
  if (programAddress !== TOKEN_PROGRAM_ADDRESS || data.length !== TOKEN_BYTES) return undefined
  return getTokenDecoder().decode(data)
}

/** An amount as answers show it: exact as text, and once more as a float that nobody should use. */
export function uiAmount(amount: bigint, decimals: number): TokenBalance['uiTokenAmount'] {
  const digits = amount.toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  const uiAmountString = fraction === '' ? whole : `${whole}.${fraction}`
  const float = Number(uiAmountString)
  return { amount: `${amount}`, decimals, uiAmount: amount === 0n ? null : float, uiAmountString }
}
