import type { DepositProgress } from '../custody/deposit-progress.ts'
import type { BookedEntry } from '../ledger/booked-entry.ts'
import { knownAsset, knownNetwork } from '../money/registry.ts'
import type { AssetId, Units } from '../money/units.ts'
import type { Instant } from '../shell/clock.ts'
import { coinText } from './coin-text.ts'
import { entryFact, type ToBookTime } from './entry-facts.ts'
import type { Fact, Waiting } from './explanation.ts'

/** A deposit with what is told of it. */
export type DepositStory = Readonly<{
  depositId: string
  asset: AssetId
  units: Units
  txHash: string
  seenAt: Instant
  /** Its entries in the journal. */
  entries: readonly BookedEntry[]
  /** How far it is now. */
  progress: DepositProgress | undefined
}>

/** What happened to a deposit. */
export function depositFacts(story: DepositStory, toBookTime: ToBookTime): readonly Fact[] {
  const { depositId, txHash } = story
  const what = coinText(story.asset, story.units)
  const seen: Fact = {
    at: story.seenAt,
    kind: 'seen',
    source: 'chain',
    sentence: `${what} were seen on ${networkOf(story)}.`,
    reference: { txHash, objectId: depositId },
  }
  const told = story.entries.toSorted(byPlace).map((entry) => {
    const fact = entryFact(entry, toBookTime)
    return {
      ...fact,
      sentence: fact.sentence.replace(/^It is/, `${what} are`),
      reference: { txHash, ...fact.reference, objectId: depositId },
    }
  })
  return [seen, ...told]
}

const STEPS: readonly string[] = ['seen', 'final', 'reverted']

// Several entries of one deposit may have one instant: `deposit:<id>:<sighting>:<step>` has their
// order. What is called otherwise is somebody's decision, which comes after what it is about.
function byPlace(one: BookedEntry, other: BookedEntry): number {
  if (one.createdAt !== other.createdAt) return one.createdAt - other.createdAt
  return placeOf(one) - placeOf(other)
}

function placeOf({ externalId }: BookedEntry): number {
  const [kind, , sighting, step = ''] = externalId.split(':')
  if (kind !== 'deposit') return Number.MAX_SAFE_INTEGER
  return Number(sighting) * STEPS.length + STEPS.indexOf(step)
}

/** What a deposit that is on its way waits for. */
export function depositWaits(story: DepositStory): Waiting {
  const { progress, txHash } = story
  const what = `${coinText(story.asset, story.units)} (transaction ${txHash})`
  const network = networkOf(story)
  if (progress?.problem !== undefined) {
    return {
      code: 'crediting_held',
      message: `${what} are not credited for now: ${progress.problem}.`,
      waitsFor: 'operator',
      whatToDo: 'Whoever runs this server has to look at the nodes of this chain.',
    }
  }
  if (progress?.toGo === undefined) {
    return {
      code: 'not_in_block',
      message: `${what} were seen on ${network} and are in no block yet.`,
      waitsFor: 'chain',
    }
  }
  const { block, toGo, creditAt, watchProblem } = progress
  const where = block === undefined ? '' : ` are in block ${block.height} of ${network}`
  if (watchProblem !== undefined) {
    return {
      code: 'chain_stands_still',
      message: `${what}${where}, which cannot be followed now: ${watchProblem}.`,
      waitsFor: 'operator',
    }
  }
  const rest = toGo === 0 ? 'they are being credited' : `${toGo} more until they are ${creditAt}`
  return { code: 'confirmations', message: `${what}${where}: ${rest}.`, waitsFor: 'confirmations' }
}

const networkOf = ({ asset }: Pick<DepositStory, 'asset'>): string =>
  knownNetwork(knownAsset(asset).chain).name
