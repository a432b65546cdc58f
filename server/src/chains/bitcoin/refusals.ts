import type { Broadcast, RefusalReason } from '../contract-sending.ts'

type Meaning = RefusalReason | 'accepted'

/** What a node's words mean; the first that is found in them counts. */
const MEANINGS: readonly (readonly [words: RegExp, meaning: Meaning])[] = [
  [/already in (block chain|utxo set|mempool)|txn-already-(known|in-mempool)/, 'accepted'],
  [/mempool-conflict|missing[- ]?inputs|missingorspent|inputs-spent/, 'slot_taken'],
  [/replacement-adds-unconfirmed|spends-conflicting|too many potential/, 'slot_taken'],
  [/insufficient fee|min relay fee|mempool min fee|mempool full|fee-?rate/, 'underpriced'],
  [/in-belowout/, 'insufficient_funds'],
]

/** The node's code for a transaction that is in a block already. */
const ALREADY_THERE = -27

/** What a refusal of `sendrawtransaction` means. @see Bitcoin Core, `validation.cpp` */
export function meaningOf({
  code,
  message,
}: Readonly<{ code: number; message: string }>): Broadcast {
  const found = MEANINGS.find(([words]) => words.test(message.toLowerCase()))
  const meaning = code === ALREADY_THERE ? 'accepted' : (found?.[1] ?? 'invalid')
  if (meaning === 'accepted') return { kind: 'accepted' }
  return { kind: 'refused', reason: meaning, problem: message }
}
