import type { OutgoingStory } from './story.ts'

/**
 * How far something is on its way, as people ask: `reserved`, nothing is signed yet; `signed`, and
 * shown to nobody; `broadcast`, a node has accepted it; `unknown`, a node may have it; `seen` in a
 * block; or one of its two ends.
 */
export type StageName =
  'reserved' | 'signed' | 'broadcast' | 'unknown' | 'seen' | 'final' | 'failed'

/** The newest thing that goes out for an object, and how far it is. */
export type Stage = OutgoingStory &
  Readonly<{
    stage: StageName
    /** The one in the chain, or the newest that was signed. */
    txHash: string | undefined
  }>

/** Which stage something is in. */
export function stageOf(story: OutgoingStory): Stage {
  const { mined, attempts } = story
  const isMined = (one: OutgoingStory['attempts'][number]): boolean =>
    one.attempt === mined?.attempt
  const shown = attempts.find(isMined) ?? attempts.findLast(({ txHash }) => txHash !== undefined)
  return { ...story, stage: nameOf(story), txHash: shown?.txHash }
}

function nameOf({ state, attempts }: OutgoingStory): StageName {
  const isAccepted = attempts.some(({ broadcast }) => broadcast === 'accepted')
  const isOut = attempts.some(({ broadcast }) => broadcast !== undefined && broadcast !== 'refused')
  switch (state) {
    case 'planned':
      return 'reserved'
    case 'built':
    case 'signed':
      // A replacement is made while the one before it is on its way.
      if (isOut) return isAccepted ? 'broadcast' : 'unknown'
      return state === 'built' ? 'reserved' : 'signed'
    case 'sent':
      return isAccepted ? 'broadcast' : 'unknown'
    case 'mined':
      return 'seen'
    case 'final':
    case 'failed':
      return state
  }
}
