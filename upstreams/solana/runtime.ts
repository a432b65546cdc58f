import { FailedTransactionMetadata, LiteSVM, Rent } from 'litesvm'
import { address, lamports, type Address, type EncodedAccount, type Transaction } from '@solana/kit'
import { errorOf, type TransactionError } from './transaction-error.ts'

/** What came of executing a transaction. */
export type Execution = Readonly<{
  error: TransactionError | undefined
  logs: readonly string[]
  unitsConsumed: bigint
}>

/** Accounts at one moment; one that does not exist has no lamports. */
export type Accounts = ReadonlyMap<Address, EncodedAccount>

/** The real runtime with its programs, without a ledger. */
export type Runtime = Readonly<{
  account: (of: Address) => EncodedAccount | undefined
  /** All of them, those that do not exist as empty ones. */
  accounts: (of: readonly Address[]) => Accounts
  /** Brings accounts back to what they were, or makes them from nothing. */
  set: (accounts: Iterable<EncodedAccount>) => void
  execute: (transaction: Transaction) => Execution
  /** @param signed `unverified`: its signatures may be missing */
  simulate: (transaction: Transaction, signed: 'verified' | 'unverified') => Execution
  rentOf: (bytes: bigint) => bigint
  moveTo: (slot: bigint) => void
  tokenAccounts: (program: Address) => readonly EncodedAccount[]
}>

const SYSTEM = address('11111111111111111111111111111111')

/**
 * Starts the runtime. It verifies signatures; blockhashes, repetitions and time are the ledger's.
 *
 * @param rent `none`: accounts of any size may hold any amount
 */
export function startRuntime(rent: 'real' | 'none'): Runtime {
  const svm = new LiteSVM().withTransactionHistory(0n).withBlockhashCheck(false)
  if (rent === 'none') svm.setRent(Rent.free())
  const account = (of: Address): EncodedAccount | undefined => {
    const found = svm.getAccount(of)
    return found.exists ? found : undefined
  }
  return {
    account,
    accounts: (of) => new Map(of.map((one) => [one, account(one) ?? emptyAccount(one)])),
    set: (accounts) => {
      for (const one of accounts) svm.setAccount(one)
    },
    execute: (transaction) => {
      const done = svm.sendTransaction(transaction)
      const failed = done instanceof FailedTransactionMetadata
      return executionOf(failed ? done.meta() : done, failed ? errorOf(done) : undefined)
    },
    simulate: (transaction, signed) => {
      const done = svm.withSigverify(signed === 'verified').simulateTransaction(transaction)
      svm.withSigverify(true)
      const failed = done instanceof FailedTransactionMetadata
      return executionOf(done.meta(), failed ? errorOf(done) : undefined)
    },
    rentOf: (bytes) => svm.minimumBalanceForRentExemption(bytes),
    moveTo: (slot) => svm.warpToSlot(slot),
    tokenAccounts: (program) => svm.getProgramAccounts(program),
  }
}

type Meta = Readonly<{ logs: () => string[]; computeUnitsConsumed: () => bigint }>

const executionOf = (meta: Meta, error: TransactionError | undefined): Execution => ({
  error,
  logs: meta.logs(),
  unitsConsumed: meta.computeUnitsConsumed(),
})

const emptyAccount = (of: Address): EncodedAccount => ({
  address: of,
  data: new Uint8Array(),
  executable: false,
  lamports: lamports(0n),
  programAddress: SYSTEM,
  space: 0n,
})
