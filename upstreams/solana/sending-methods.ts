import { getCompiledTransactionMessageDecoder, getTransactionDecoder } from '@solana/kit'
import type { Ledger } from './ledger.ts'
import { commitmentOf, optionsAt, textAt, type Parameters } from './parameters.ts'
import type { Sent } from './records.ts'
import { invalidParameters, RpcRefusal } from './refusal.ts'
import type { Execution } from './runtime.ts'
import { readSent } from './sent.ts'
import type { TransactionError } from './transaction-error.ts'

/** What is asked of the node, and what beside the ledger decides its answers. */
export type Sending = Readonly<{
  ledger: Ledger
  /** What transactions of late paid for a compute unit, in millionths of a lamport. */
  recentPrices: readonly bigint[]
  /** Pays an address from nowhere. @returns the signature */
  airdrop: (to: string, lamports: bigint) => string
}>

type Method = (sending: Sending, parameters: Parameters) => unknown

const LAMPORTS_PER_SIGNATURE = 5_000

/** Transactions on their way, and what they would do. */
export const sendingMethods: Readonly<Record<string, Method>> = {
  sendTransaction: ({ ledger }, parameters) => {
    const options = optionsAt(parameters, 1)
    const sent = readSent(bytesOf(parameters, options))
    if (options['skipPreflight'] !== true) preflight(ledger, sent)
    ledger.submit(sent)
    return sent.signature
  },
  simulateTransaction: ({ ledger }, parameters) => {
    const options = optionsAt(parameters, 1)
    const sent = readSent(bytesOf(parameters, options))
    const replaces = options['replaceRecentBlockhash'] === true
    const refused = replaces ? undefined : untimely(ledger, sent)
    const signed = options['sigVerify'] === true ? 'verified' : 'unverified'
    const simulate = (): Execution => ledger.runtime.simulate(sent.transaction, signed)
    const found = refused === undefined ? simulate() : undefined
    const error = refused ?? found?.error
    const value = { ...simulation(error, found), accounts: null, returnData: null }
    return { context: { slot: ledger.tip(commitmentOf(options)).slot }, value }
  },
  getFeeForMessage: ({ ledger }, parameters) => {
    const bytes = Buffer.from(textAt(parameters, 0), 'base64')
    const { header, lifetimeToken } = getCompiledTransactionMessageDecoder().decode(bytes)
    const tip = ledger.tip(commitmentOf(optionsAt(parameters, 1)))
    const fee = header.numSignerAccounts * LAMPORTS_PER_SIGNATURE
    return { context: { slot: tip.slot }, value: ledger.isRecent(lifetimeToken, tip) ? fee : null }
  },
  getRecentPrioritizationFees: ({ ledger, recentPrices }) =>
    recentPrices.map((prioritizationFee, place) => {
      return { slot: ledger.tip('processed').slot - place, prioritizationFee }
    }),
  requestAirdrop: ({ airdrop }, parameters) => {
    const [, lamports] = parameters
    if (typeof lamports !== 'number') throw invalidParameters('a whole number is expected')
    return airdrop(textAt(parameters, 0), BigInt(lamports))
  },
}

function bytesOf(
  parameters: Parameters,
  { encoding }: Readonly<Record<string, unknown>>,
): Uint8Array {
  if (encoding !== 'base64') throw invalidParameters('transactions are taken in base64 here')
  const text = textAt(parameters, 0)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw invalidParameters('invalid base64 encoding')
  return bytes
}

/** What the node finds out before it passes a transaction on. @throws RpcRefusal */
function preflight(ledger: Ledger, sent: Sent): void {
  assertSigned(sent)
  const refused = untimely(ledger, sent)
  const simulate = (): Execution => ledger.runtime.simulate(sent.transaction, 'verified')
  const found = refused === undefined ? simulate() : undefined
  const error = refused ?? found?.error
  if (error === undefined) return
  if (error.json === 'SignatureFailure') throw unsigned()
  const message = `Transaction simulation failed: ${error.text}`
  throw new RpcRefusal(-32002, message, simulation(error, found))
}

function assertSigned({ wire }: Sent): void {
  const signatures = Object.values(getTransactionDecoder().decode(wire).signatures)
  if (signatures.some((one) => one === null)) throw unsigned()
}

const unsigned = (): RpcRefusal =>
  new RpcRefusal(-32003, 'Transaction signature verification failure')

/** The age is judged before what is known: a transaction that is both is too old. */
function untimely(ledger: Ledger, sent: Sent): TransactionError | undefined {
  const tip = ledger.tip('processed')
  if (!ledger.isRecent(sent.blockhash, tip)) {
    return { json: 'BlockhashNotFound', text: 'Blockhash not found' }
  }
  if (ledger.find(sent.signature) === undefined) return undefined
  return { json: 'AlreadyProcessed', text: 'This transaction has already been processed' }
}

const simulation = (error: TransactionError | undefined, found: Execution | undefined): object => ({
  err: error?.json ?? null,
  logs: found?.logs ?? [],
  unitsConsumed: found?.unitsConsumed ?? 0n,
})
