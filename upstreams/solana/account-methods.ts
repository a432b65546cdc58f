import type { Address, EncodedAccount } from '@solana/kit'
import { getMintDecoder, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token'
import type { Ledger } from './ledger.ts'
import {
  addressAt,
  addressOf,
  commitmentOf,
  numberAt,
  optionsAt,
  type Parameters,
} from './parameters.ts'
import { tokenIn, uiAmount } from './records.ts'
import { invalidParameters } from './refusal.ts'

type Method = (ledger: Ledger, parameters: Parameters) => unknown

const ACCOUNTS_MAX = 100

/**
 * Questions about accounts. They are answered from the newest block whatever commitment is asked
 * for; the slot beside them is that of the commitment.
 */
export const accountMethods: Readonly<Record<string, Method>> = {
  getBalance: (ledger, parameters) =>
    at(ledger, parameters, ledger.runtime.account(addressAt(parameters, 0))?.lamports ?? 0n),
  getAccountInfo: (ledger, parameters) =>
    at(ledger, parameters, shown(ledger, addressAt(parameters, 0), optionsAt(parameters, 1))),
  getMultipleAccounts: (ledger, parameters) => {
    const [addresses] = parameters
    if (!Array.isArray(addresses) || addresses.length > ACCOUNTS_MAX) {
      throw invalidParameters(`Too many inputs provided; max ${ACCOUNTS_MAX}`)
    }
    const options = optionsAt(parameters, 1)
    return at(
      ledger,
      parameters,
      addresses.map((one) => shown(ledger, addressOf(one), options)),
    )
  },
  getTokenAccountBalance: (ledger, parameters) => {
    const held = heldBy(ledger, ledger.runtime.account(addressAt(parameters, 0)))
    if (held === undefined) throw invalidParameters('not a Token account')
    return at(ledger, parameters, held)
  },
  getTokenAccountsByOwner: (ledger, parameters) => {
    const owner = addressAt(parameters, 0)
    const { mint, programId } = optionsAt(parameters, 1)
    const options = optionsAt(parameters, 2)
    const found = ledger.runtime.tokenAccounts(TOKEN_PROGRAM_ADDRESS).filter((account) => {
      const held = tokenIn(account)
      const fits = mint === undefined ? programId === TOKEN_PROGRAM_ADDRESS : held?.mint === mint
      return held?.owner === owner && fits
    })
    const value = found.map(({ address }) => {
      return { pubkey: address, account: shown(ledger, address, options) }
    })
    return { context: { slot: ledger.tip(commitmentOf(options)).slot }, value }
  },
  getMinimumBalanceForRentExemption: ({ runtime }, parameters) =>
    runtime.rentOf(BigInt(numberAt(parameters, 0))),
}

/** An answer with the slot that it is true for. */
const at = (ledger: Ledger, parameters: Parameters, value: unknown): object => ({
  context: { slot: ledger.tip(commitmentOf(optionsAt(parameters, 1))).slot },
  value,
})

function shown(
  { runtime }: Ledger,
  address: Address,
  options: Readonly<Record<string, unknown>>,
): object | null {
  const account = runtime.account(address)
  if (account === undefined) return null
  if ((options['encoding'] ?? 'base64') !== 'base64') {
    throw invalidParameters('accounts are shown in base64 here')
  }
  return {
    data: [Buffer.from(sliced(account, options['dataSlice'])).toString('base64'), 'base64'],
    executable: account.executable,
    lamports: account.lamports,
    owner: account.programAddress,
    rentEpoch: 2n ** 64n - 1n,
    space: account.data.length,
  }
}

function sliced({ data }: EncodedAccount, slice: unknown): Uint8Array {
  if (typeof slice !== 'object' || slice === null) return Uint8Array.from(data)
  const { offset, length } = Object.fromEntries(Object.entries(slice))
  return Uint8Array.from(data).slice(
    numberAt([offset], 0),
    numberAt([offset], 0) + numberAt([length], 0),
  )
}

function heldBy({ runtime }: Ledger, account: EncodedAccount | undefined) {
  const held = account === undefined ? undefined : tokenIn(account)
  const mint = held === undefined ? undefined : runtime.account(held.mint)
  if (held === undefined || mint === undefined) return undefined
  return uiAmount(held.amount, getMintDecoder().decode(mint.data).decimals)
}
