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
  ['known', /already (known|imported|in (the )?(mem)?pool)|alreadyknown|\bknown transaction/i],
  ['number_used', /nonce (is )?too low|oldnonce/i],
  ['slot_taken', /replacement|could not replace|same nonce/i],
  ['insufficient_funds', /insufficient ?(funds|balance)|upfront cost exceeds|not enough funds/i],
  ['underpriced', /underpriced|fee ?too ?low|less than block base fee|gas price too low/i],
  ['underpriced', /(price|tip|fee).* below .*minimum|gas tip cap .*minimum/i],
  ['invalid', /intrinsic gas|exceeds (the )?block gas limit|gas ?limit ?(too|exceeded)/i],
  [
    'invalid',
    /(above|higher than|exceeds) (the )?(max fee|fee cap|block gas)|oversized|max ?tx ?size/i,
  ],
  ['invalid', /invalid (sender|chain|signature|transaction|rlp)|replay.protected|\brlp\b/i],
  ['invalid', /(transaction|tx) ?type not ?supported|notsupportedtxtype|typed transaction too/i],
  ['invalid', /senderiscontract|not an eoa|failedtoresolvesender|failed to decode signed/i],
]

/** Reads a node's refusal of a transaction by what it means. */
export const verdictOf = (message: string): Verdict =>
  WORDS.find(([, words]) => words.test(message))?.[0] ?? 'unclear'
