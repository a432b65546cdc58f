import {
  TransactionErrorInstructionError,
  TransactionErrorInsufficientFundsForRent,
  type FailedTransactionMetadata,
} from 'litesvm/dist/internal.js'

/** Why a transaction failed, as the node writes it in answers and in its message. */
export type TransactionError = Readonly<{ json: unknown; text: string }>

/** Failures that keep a transaction out of every block, by what the runtime calls them. */
const UNPAYABLE: readonly string[] = ['AccountNotFound', 'InsufficientFundsForFee']

/** The runtime's errors without facts, by its numbers, with the node's words for them. */
const FIELDLESS: ReadonlyMap<unknown, readonly [name: string, text: string]> = new Map([
  [1, ['AccountLoadedTwice', 'Account loaded twice']],
  [2, ['AccountNotFound', 'Attempt to debit an account but found no record of a prior credit.']],
  [3, ['ProgramAccountNotFound', 'Attempt to load a program that does not exist']],
  [4, ['InsufficientFundsForFee', 'Insufficient funds for fee']],
  [5, ['InvalidAccountForFee', 'This account may not be used to pay transaction fees']],
  [11, ['SignatureFailure', 'Transaction did not pass signature verification']],
  [13, ['SanitizeFailure', 'Transaction failed to sanitize accounts offsets correctly']],
])

/** The node's words for errors of instructions that payments meet. */
const INSTRUCTION_TEXTS: Readonly<Partial<Record<string, string>>> = {
  InvalidAccountData: 'invalid account data for instruction',
  IllegalOwner: 'Provided owner is not allowed',
  IncorrectProgramId: 'incorrect program id for instruction',
  InsufficientFunds: 'insufficient funds for instruction',
}

/** The error of an execution that failed. */
export function errorOf(failed: FailedTransactionMetadata): TransactionError {
  const error = failed.err()
  if (error instanceof TransactionErrorInsufficientFundsForRent) {
    const place = error.accountIndex
    return {
      json: { InsufficientFundsForRent: { account_index: place } },
      text: `Transaction results in an account (${place}) with insufficient funds for rent`,
    }
  }
  if (error instanceof TransactionErrorInstructionError) return instructionError(error)
  const [name, text] = FIELDLESS.get(error) ?? []
  return { json: name ?? String(error), text: text ?? String(error) }
}

/** Whether nobody could be charged for it, so that no block holds it. */
export const isUnpayable = ({ json }: TransactionError): boolean =>
  typeof json === 'string' && UNPAYABLE.includes(json)

function instructionError(error: TransactionErrorInstructionError): TransactionError {
  const written = String(error)
  const custom = /Custom \{ code: (\d+) \}/.exec(written)?.[1]
  const name = /InstructionErrorFieldless::(\w+)|error: (\w+) \}/.exec(written)
  const what = custom === undefined ? (name?.[1] ?? name?.[2] ?? written) : undefined
  const json = what ?? { Custom: Number(custom) }
  const text =
    what === undefined
      ? `custom program error: 0x${Number(custom).toString(16)}`
      : (INSTRUCTION_TEXTS[what] ?? what)
  return {
    json: { InstructionError: [error.index, json] },
    text: `Error processing Instruction ${error.index}: ${text}`,
  }
}
