import type { RefusalReason } from '../contract-sending.ts'

/**
 * What a node's answer to a broadcast means: it took the transaction, or knew it before; why it did
 * not; `unclear` when it could not tell now, and somebody else may take it.
 */
export type Verdict = 'accepted' | 'known' | RefusalReason | 'unclear'

/** By the code of the answer; the first line whose words fit its message counts. */
const MEANINGS: readonly (readonly [Verdict, code: string, words: RegExp])[] = [
  ['known', 'DUP_TRANSACTION_ERROR', /./],
  ['expired', 'TRANSACTION_EXPIRATION_ERROR', /./],
  ['insufficient_funds', 'BANDWITH_ERROR', /./],
  ['insufficient_funds', 'CONTRACT_VALIDATE_ERROR', /not sufficient|insufficient|not enough/i],
  ['insufficient_funds', 'CONTRACT_VALIDATE_ERROR', /no owneraccount|account.*not exist/i],
  ['invalid', 'CONTRACT_VALIDATE_ERROR', /./],
  ['invalid', 'CONTRACT_EXE_ERROR', /./],
  ['invalid', 'SIGERROR', /./],
  ['invalid', 'TOO_BIG_TRANSACTION_ERROR', /./],
]

/**
 * Reads a node's answer to a broadcast. A block that the transaction stands on and the node does
 * not know (`TAPOS_ERROR`) is a node's trouble: ours is solidified, so the node lags behind.
 *
 * @see https://developers.tron.network/reference/broadcasthex its codes, read 2026-11-20
 */
export function verdictOf(
  answer: Readonly<{ result: boolean; code: string; message: string }>,
): Verdict {
  if (answer.result) return 'accepted'
  const found = MEANINGS.find(
    ([, code, words]) => code === answer.code && words.test(answer.message || '-'),
  )
  return found?.[0] ?? 'unclear'
}
