import { z } from 'zod'
import { Amount, valued } from './answers.ts'
import { CONFIRMED } from './blocks.client.ts'
import type { SolanaNode } from './node.client.ts'
import { programs, TOKEN_ACCOUNT_BYTES } from './programs.ts'

/** An account as it stands now. */
export type Account = Readonly<{
  lamports: bigint
  /** The program that it belongs to. */
  program: string
  executable: boolean
  /** Its first bytes, as many as a token account has. */
  data: Uint8Array
}>

/** An account that holds a token of its owner. */
export type Holding = Readonly<{ account: string; units: bigint; frozen: boolean }>

/** A token: how its amounts are written, and the program that keeps it. */
export type Mint = Readonly<{ decimals: number; program: string }>

const ASKED_MAX = 100
const MINT_BYTES = 82
const FROZEN = 2

const Base64 = z
  .tuple([z.string(), z.literal('base64')])
  .transform(([text]): Uint8Array => Buffer.from(text, 'base64'))
const Shown = z.object({
  lamports: Amount,
  owner: z.string(),
  executable: z.boolean(),
  data: Base64,
})
const how = {
  commitment: CONFIRMED,
  encoding: 'base64',
  dataSlice: { offset: 0, length: TOKEN_ACCOUNT_BYTES },
}

/** Accounts by their addresses; one that does not exist is absent. */
export async function accountsOf(
  node: SolanaNode,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  const found = new Map<string, Account>()
  for (let begin = 0; begin < addresses.length; begin += ASKED_MAX) {
    const asked = addresses.slice(begin, begin + ASKED_MAX)
    const answer = valued(z.array(Shown.nullable()).length(asked.length))
    const { value } = await node.ask('getMultipleAccounts', [asked, how], answer)
    value.forEach((shown, place) => {
      const address = asked[place]
      if (shown === null || address === undefined) return
      const { lamports, owner: program, executable, data } = shown
      found.set(address, { lamports, program, executable, data })
    })
  }
  return found
}

/** An owner's accounts of a token, the largest holding first. */
export async function holdingsOf(
  node: SolanaNode,
  owner: string,
  mint: string,
): Promise<readonly Holding[]> {
  const answer = valued(z.array(z.object({ pubkey: z.string(), account: Shown })))
  const { value } = await node.ask('getTokenAccountsByOwner', [owner, { mint }, how], answer)
  return value
    .flatMap(({ pubkey, account: { owner: program, data } }) => {
      if (program !== programs.token || data.length < TOKEN_ACCOUNT_BYTES) return []
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
      const units = view.getBigUint64(64, true)
      return [{ account: pubkey, units, frozen: data[108] === FROZEN }]
    })
    .sort((a, b) => (a.units < b.units ? 1 : -1))
}

/** What an account says as a mint; undefined when it is none. */
export function mintIn({ program, data }: Account): Mint | undefined {
  const isToken = program === programs.token || program === programs.token2022
  const decimals = data[44]
  if (!isToken || data.length < MINT_BYTES || decimals === undefined) return undefined
  return { decimals, program }
}

/** The least that an account of so many bytes has to hold. */
export const rentOf = (node: SolanaNode, bytes: number): Promise<bigint> =>
  node.ask('getMinimumBalanceForRentExemption', [bytes, { commitment: CONFIRMED }], Amount)
