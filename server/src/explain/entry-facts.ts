import type { BlockRef } from '../chains/contract.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import type { Facts } from '../ledger/transfer.ts'
import type { Instant } from '../shell/clock.ts'
import { coinText } from './coin-text.ts'
import type { Fact, Reference } from './explanation.ts'

/** Says what time it was in the book when the machine's clock showed another. */
export type ToBookTime = (machine: Instant) => Instant

/** What an entry of the journal tells. */
export function entryFact(entry: BookedEntry, toBookTime: ToBookTime): Fact {
  const at = toBookTime(entry.createdAt)
  const reference = referenceOf(entry)
  const { block } = reference
  const place = block === undefined ? 'its block' : `block ${block.height}`
  switch (entry.operation) {
    case 'depositSeen':
      return { at, kind: 'in_block', source: 'chain', reference, sentence: `It is in ${place}.` }
    case 'depositFinal':
      return {
        ...{ at, kind: 'credited', source: 'ledger', reference },
        sentence: `It is sure enough by now, and credited: ${credits(entry)}.`,
      }
    case 'depositReverted':
    case 'finalDepositReverted':
      return {
        ...{ at, kind: 'reverted', source: 'chain', reference },
        sentence: `A fork took ${place} back: ${debits(entry)} are no longer there.`,
      }
    default:
      return {
        ...{ at, kind: 'booked', source: 'ledger', reference },
        sentence: `Booked as ${entry.operation}: ${moves(entry)}.`,
      }
  }
}

const credits = ({ transfers }: BookedEntry): string =>
  listed(transfers.map((one) => `${coinText(one.asset, one.units)} to ${one.credit.purpose}`))

const debits = ({ transfers }: BookedEntry): string =>
  listed(transfers.map((one) => `${coinText(one.asset, one.units)} of ${one.debit.purpose}`))

const moves = ({ transfers }: BookedEntry): string =>
  listed(
    transfers.map((one) => {
      const what = `${coinText(one.asset, one.units)} from ${one.debit.purpose}`
      return `${what} to ${one.credit.purpose}${KIND_WORDS[one.kind]}`
    }),
  )

const KIND_WORDS = {
  posted: '',
  pending: ' (held)',
  post: ' (what was held)',
  void: ' (no longer held)',
} as const

const listed = (texts: readonly string[]): string => texts.join(', ')

function referenceOf({ entryId, facts }: BookedEntry): Reference {
  const txHash = facts['txHash']
  const block = blockOf(facts)
  return {
    entryId,
    ...(typeof txHash === 'string' ? { txHash } : {}),
    ...(block === undefined ? {} : { block }),
  }
}

/** The block that an entry rests on, where it rests on one. */
function blockOf(facts: Facts): BlockRef | undefined {
  const block = facts['block']
  if (typeof block !== 'object' || block === null || !('height' in block)) return undefined
  const { height, hash } = block
  return typeof height === 'number' && typeof hash === 'string' ? { height, hash } : undefined
}
