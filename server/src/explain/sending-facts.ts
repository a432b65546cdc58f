import type { BroadcastMark } from '../custody/outgoing/outgoing.ts'
import type { AttemptStory, OutgoingStory } from '../custody/outgoing/story.ts'
import { knownNetwork } from '../money/registry.ts'
import { coinText } from './coin-text.ts'
import type { ToBookTime } from './entry-facts.ts'
import type { Fact } from './explanation.ts'

/** What happened to something that goes out. Where a time was not kept, it is that of the step before. */
export function sendingFacts(story: OutgoingStory, toBookTime: ToBookTime): readonly Fact[] {
  const { chain, createdAt } = story
  const network = knownNetwork(chain).name
  const planned: Fact = {
    at: createdAt,
    kind: 'planned',
    source: 'request',
    sentence: `A transaction on ${network} was planned${PURPOSES[story.kind]}.`,
    reference: {},
  }
  const facts = [
    planned,
    ...story.attempts.flatMap((attempt) => attemptFacts(attempt, network)),
    ...endFacts(story, network),
  ]
  return facts.map((fact) => ({ ...fact, at: toBookTime(fact.at) }))
}

const PURPOSES = {
  payout: '',
  sweep: ', which moves the coins',
  setup: ' to put in place what sweeps need',
  gas: ' that brings the coins for the fee',
  cold: ' to the cold wallet',
} as const satisfies Record<OutgoingStory['kind'], string>

function attemptFacts(attempt: AttemptStory, network: string): readonly Fact[] {
  const { txHash, madeAt, signedAt = madeAt, broadcastAt = signedAt } = attempt
  const isFirst = attempt.attempt === 1
  if (attempt.broadcast === 'earlier') return [earlierFact(attempt)]
  const built: Fact = {
    at: madeAt,
    kind: isFirst ? 'built' : 'replaced',
    source: 'signer',
    sentence: isFirst
      ? 'The transaction was built.'
      : `Transaction ${attempt.attempt} was built to take the place of the one before, for a higher fee.`,
    reference: {},
  }
  if (txHash === undefined) return [built]
  const reference = { txHash }
  const signed: Fact = {
    ...{ at: signedAt, kind: 'signed', source: 'signer', reference },
    sentence: 'It was signed, and its bytes were stored before anybody saw them.',
  }
  if (attempt.broadcast === undefined) return [built, signed]
  const broadcast: Fact = {
    ...{ at: broadcastAt, kind: 'broadcast', source: 'chain', reference },
    sentence: `It was handed to a node of ${network}, ${BROADCASTS[attempt.broadcast]}.`,
  }
  return [built, signed, broadcast]
}

const earlierFact = ({ txHash, madeAt }: AttemptStory): Fact => ({
  at: madeAt,
  kind: 'signed',
  source: 'signer',
  sentence: 'The signer had signed a transaction for it before this database knew: it is followed.',
  reference: txHash === undefined ? {} : { txHash },
})

const BROADCASTS = {
  begun: 'whose answer is not known',
  repeated: 'and once more, since no node seemed to know it',
  accepted: 'which accepted it',
  refused: 'which refused it',
} as const satisfies Record<Exclude<BroadcastMark, 'earlier'>, string>

function endFacts(story: OutgoingStory, network: string): readonly Fact[] {
  const { mined, endedAt, problem } = story
  if (story.state === 'failed') {
    const sentence = `It is proved that nothing was sent nor will be: ${problem ?? 'no reason kept'}.`
    const at = endedAt ?? story.createdAt
    return [{ at, kind: 'failed', source: 'chain', sentence, reference: {} }]
  }
  if (mined === undefined) return []
  const { block, fee, succeeded } = mined
  const txHash = story.attempts.find((one) => one.attempt === mined.attempt)?.txHash
  const reference = { block, ...(txHash === undefined ? {} : { txHash }) }
  const minedAt = story.minedAt ?? story.createdAt
  const cost = coinText(knownNetwork(story.chain).native, fee)
  const inBlock: Fact = {
    ...{ at: minedAt, kind: 'mined', source: 'chain', reference },
    sentence: `It is in block ${block.height} of ${network}${succeeded ? '' : ', which undid it'}, for a fee of ${cost}.`,
  }
  if (story.state !== 'final') return [inBlock]
  const final: Fact = {
    ...{ at: endedAt ?? minedAt, kind: 'final', source: 'chain', reference },
    sentence: `Block ${block.height} is final.`,
  }
  return [inBlock, final]
}
