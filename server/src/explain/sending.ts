import { ATTEMPTS_MAX, BUMP_AFTER_MS, CODE_WANTED } from '../custody/outgoing/outgoing.ts'
import type { OutgoingState } from '../custody/outgoing/outgoing.ts'
import type { OutgoingStory } from '../custody/outgoing/story.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ToBookTime } from './entry-facts.ts'
import type { Explanations, Outcome, Waiting } from './explanation.ts'

/** What something on its way is judged by. */
export type SendingFacts = Readonly<{ story: OutgoingStory; toBookTime: ToBookTime }>

const nextOf = ({ story, toBookTime }: SendingFacts) =>
  story.dueAt === undefined ? undefined : toBookTime(story.dueAt)

const networkOf = ({ chain }: OutgoingStory): string => knownNetwork(chain).name

const met = ({ problem }: OutgoingStory): string =>
  problem === undefined ? '' : ` The last try met this: ${problem}.`

/** Why something that goes out is in the state it is in. */
export const sendingExplanations = {
  planned: (facts) => plannedWaits(facts),
  built: (facts) => ({
    code: 'not_signed_yet',
    message: `Its transaction is built and nobody has signed it yet.${met(facts.story)}`,
    waitsFor: 'signer',
    nextAt: nextOf(facts),
  }),
  signed: (facts) => ({
    code: 'not_broadcast_yet',
    message: `Its transaction is signed and no node was shown it yet.${met(facts.story)}`,
    waitsFor: 'chain',
    nextAt: nextOf(facts),
  }),
  sent: (facts) => sentWaits(facts),
  mined: ({ story, toBookTime }) => ({
    code: 'not_final_yet',
    message: `Its transaction is in block ${story.mined?.block.height ?? ''} of ${networkOf(story)}, which is not final yet.`,
    waitsFor: 'confirmations',
    nextAt: nextOf({ story, toBookTime }),
  }),
  final: ({ story }) => ({
    code: 'final',
    message: `Its transaction is final on ${networkOf(story)}.`,
  }),
  failed: ({ story }) => ({
    code: 'never_sent',
    message: `It is proved that no transaction moved the coins, nor ever will: ${story.problem ?? ''}.`,
  }),
} satisfies Explanations<OutgoingState, 'final' | 'failed', SendingFacts>

function plannedWaits(facts: SendingFacts): Waiting {
  const { story } = facts
  if (story.waitsFor !== undefined) {
    return {
      code: 'sender_busy',
      message: `Something else is being sent from ${story.waitsFor}. Its turn comes when a node has accepted that.`,
      waitsFor: 'sender',
    }
  }
  if (story.dueAt === undefined && story.problem !== CODE_WANTED) return toBeLookedAt(facts)
  if (story.dueAt === undefined) {
    return {
      code: 'second_factor_wanted',
      message: 'The signer wants a second factor before it signs this.',
      waitsFor: 'code',
      whatToDo: "Give the code that the owner's authenticator shows.",
    }
  }
  return {
    code: 'not_built_yet',
    message: `Its transaction is built as soon as its sender is free and has the coins.${met(story)}`,
    waitsFor: 'sender',
    nextAt: nextOf(facts),
  }
}

/** Nothing is due and nobody is waited for: what was signed before may have paid it already. */
const toBeLookedAt = ({ story }: SendingFacts): Waiting => ({
  code: 'has_to_be_looked_at',
  message: `Nothing happens to it by itself any more.${met(story)}`,
  waitsFor: 'operator',
  whatToDo: `Do not pay again before somebody has looked on ${networkOf(story)} whether it was paid.`,
})

function sentWaits(facts: SendingFacts): Waiting {
  const { story, toBookTime } = facts
  if (story.dueAt === undefined) return toBeLookedAt(facts)
  const newest = story.attempts.at(-1)
  const nextAt = nextOf(facts)
  const isUnknown = newest?.broadcast !== 'accepted'
  if (isUnknown) {
    return {
      code: 'unknown',
      message: `Whether a node of ${networkOf(story)} has its transaction is not known. It is looked for, and the same bytes go out again as long as no block has them.${met(story)}`,
      waitsFor: 'chain',
      nextAt,
      whatToDo: 'Do not pay again: the transaction may still be mined.',
    }
  }
  const replacedAt =
    newest === undefined || story.attempts.length >= ATTEMPTS_MAX
      ? undefined
      : toBookTime(newest.madeAt + BUMP_AFTER_MS * story.attempts.length)
  return {
    code: 'not_mined_yet',
    message: `A node of ${networkOf(story)} has its transaction, and no block does yet. If that lasts, one with a higher fee takes its place.${met(story)}`,
    waitsFor: 'chain',
    nextAt: replacedAt ?? nextAt,
  }
}

/** Why something that goes out stands where it stands. */
export function explainSending(facts: SendingFacts): Waiting | Outcome {
  return sendingExplanations[facts.story.state](facts)
}
