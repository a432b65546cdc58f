import type { AssetId, Brand, Units } from '../money/units.ts'
import type { ChainSender } from './contract-sending.ts'
import type { ChainAdapter } from './contract.ts'

/** Whose chain it is: `live`, `test` (a real test network), or a book with its simulated chain. */
export type Realm = Brand<string, 'Realm'>

/** Marks a text as a realm: `live`, `test`, or a book's id. */
export function realm(text: string): Realm {
  return text as Realm
}

/** A chain that a book uses, with the realm under which its blocks are recorded. */
export type BookChain = Readonly<{
  realm: Realm
  adapter: ChainAdapter
  /** Absent where nothing can be sent. */
  sender: ChainSender | undefined
  /** Every node of it by itself, for facts on which two of them have to agree. */
  witnesses: readonly ChainAdapter[]
  /** Absent: one node is believed about everything. */
  agreeAbove?: AgreeAbove | undefined
}>

/**
 * Above which amount of an asset two nodes have to agree before a deposit is credited; undefined
 * where one is believed.
 */
export type AgreeAbove = (asset: AssetId) => Units | undefined
