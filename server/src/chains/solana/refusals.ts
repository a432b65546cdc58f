import type { RefusalReason } from '../contract-sending.ts'

/** What a node's refusal of a transaction means. */
export type Meaning =
  /** It knows it already. */
  | Readonly<{ kind: 'known' }>
  /** It does not know the blockhash, no longer or not yet. */
  | Readonly<{ kind: 'untimely' }>
  | Readonly<{ kind: 'refused'; reason: RefusalReason }>
  /** The node is in trouble itself: another one may take it. */
  | Readonly<{ kind: 'trouble' }>

/** Codes of refusals that are about the transaction, and not about the node. */
const ABOUT_TRANSACTION: readonly number[] = [-32_002, -32_003, -32_006, -32_602]

/** The node's own words, from its list of transaction errors. */
const WORDS: readonly (readonly [words: RegExp, meaning: Meaning])[] = [
  [/already been processed/i, { kind: 'known' }],
  [/blockhash not found/i, { kind: 'untimely' }],
  [
    /prior credit|insufficient funds|insufficient lamports|custom program error: 0x1\b/i,
    { kind: 'refused', reason: 'insufficient_funds' },
  ],
]

/** Reads a refusal by its code and words. */
export function meaningOf(code: number, message: string): Meaning {
  if (!ABOUT_TRANSACTION.includes(code)) return { kind: 'trouble' }
  const known = WORDS.find(([words]) => words.test(message))?.[1]
  return known ?? { kind: 'refused', reason: 'invalid' }
}
