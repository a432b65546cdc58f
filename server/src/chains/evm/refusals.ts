import type { RefusalReason } from '../contract-sending.ts'

/**
 * What a node's refusal of a transaction means: why it was refused, that the node knew it before,
 * or that its number was used already, by itself or by another; `unclear` when the words are not
 * known, so that nobody knows what the node did.
 */
export type Verdict = RefusalReason | 'known' | 'number_used' | 'unclear'

/**
 * The words of geth, erigon, reth, nethermind, besu, nitro and anvil; the first line that fits
 * counts. Replacements stand before prices: a node that says "replacement transaction underpriced"
 * has another one.
 */
const WORDS: readonly (readonly [Verdict, RegExp])[] = [
  ['known', /already (known|imported|exists|in (the )?(mem)?pool)|alreadyknown|known transaction/i],
  ['number_used', /nonce (is )?too low|oldnonce|nonce .*(already|below)/i],
  ['slot_taken', /replace(ment)?\b|replacementnotallowed|could not replace/i],
  [
    'insufficient_funds',
    /insufficient ?(funds|balance)|upfront cost exceeds|not enough (funds|ba)/i,
  ],
  [
    'underpriced',
    /underpriced|fee ?too ?low|less than block base fee|below .*minimum|gas price .*low/i,
  ],
  ['underpriced', /tip .*(minimum|below|too low)|baseFee ?is|max fee .*(below|less)/i],
  ['invalid', /intrinsic gas|gas limit|exceeds .*(gas|limit)|init ?code|oversized|maxtxsize/i],
  ['invalid', /invalid (sender|chain|signature|tx|transaction|rlp)|chain ?id|replay.protected/i],
  [
    'invalid',
    /\brlp\b|decod|typed transaction too short|malformed|not ?supported|unsupported type/i,
  ],
  ['invalid', /(tip|priority fee).*(above|higher|greater|exceeds)|senderiscontract|not an eoa/i],
]

/** Reads a node's refusal of a transaction by what it means. */
export const verdictOf = (message: string): Verdict =>
  WORDS.find(([, words]) => words.test(message))?.[0] ?? 'unclear'
