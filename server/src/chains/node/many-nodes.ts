import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { ChainAdapter } from '../contract.ts'
import type { Broadcast, ChainSender, SlotState, TxState } from '../contract-sending.ts'
import { onEvery, onFirstAble, type NodeGroup, type NodeOutcome } from './failover.client.ts'
import { createHealth } from './health.ts'

/** One chain as one node shows it. */
export type SingleNode = Readonly<{
  adapter: ChainAdapter
  /** Absent where nothing can be sent. */
  sender: ChainSender | undefined
}>

/** One chain through several nodes, and each of these by itself. */
export type ManyNodes = SingleNode & Readonly<{ witnesses: readonly ChainAdapter[] }>

/**
 * Makes one chain of several nodes of it: every verb goes to the first node that can do the whole
 * of it, a broadcast to all of them; what became of a transaction is asked of all of them too.
 *
 * @param nodes at least one, in the order in which they are asked while all of them work
 */
export function manyNodes(
  ctx: Pick<ShellCtx, 'clock'>,
  nodes: readonly [SingleNode, ...SingleNode[]],
): ManyNodes {
  const [{ adapter: first }] = nodes
  const { chain } = first
  const senders = nodes.flatMap(({ sender }) => sender ?? [])
  const group = { chain, nodes, health: createHealth(ctx.clock, nodes.length) }
  return {
    adapter: {
      ...first,
      tips: () => onFirstAble(group, ({ adapter }) => adapter.tips()),
      blockAt: (height) => onFirstAble(group, ({ adapter }) => adapter.blockAt(height)),
      scan: (...given) => onFirstAble(group, ({ adapter }) => adapter.scan(...given)),
      pending: (watch) => onFirstAble(group, ({ adapter }) => adapter.pending(watch)),
      balanceOf: (...given) => onFirstAble(group, ({ adapter }) => adapter.balanceOf(...given)),
    },
    sender: senders.length < nodes.length ? undefined : senderOf({ ...group, nodes: senders }),
    witnesses: nodes.map((node) => node.adapter),
  }
}

const senderOf = (group: NodeGroup<ChainSender>): ChainSender => ({
  ...leastInFlight(group.nodes),
  estimate: (request) => onFirstAble(group, (sender) => sender.estimate(request)),
  usual: (asset, speed) => onFirstAble(group, (sender) => sender.usual(asset, speed)),
  needsSetup: (request) =>
    onFirstAble(group, async (sender) => (await sender.needsSetup?.(request)) ?? false),
  build: (request) => onFirstAble(group, (sender) => sender.build(request)),
  bump: (stuck, request) => onFirstAble(group, (sender) => sender.bump(stuck, request)),
  slotState: async (slot) =>
    agreed(group, await onEvery(group, (sender) => sender.slotState(slot))),
  broadcast: async (signed) =>
    verdict(group.chain, await onEvery(group, (sender) => sender.broadcast(signed))),
  lookUp: async (txHash, slots) =>
    farthest(group.chain, await onEvery(group, (sender) => sender.lookUp(txHash, slots))),
})

/** As many as each of them lets wait: whichever is asked takes the next. */
function leastInFlight(senders: readonly ChainSender[]): Pick<ChainSender, 'inFlightMax'> {
  const bounds = senders.flatMap(({ inFlightMax }) => inFlightMax ?? [])
  return bounds.length === 0 ? {} : { inFlightMax: Math.min(...bounds) }
}

/**
 * Accepted when any node took it; refused only when every node did: one that gave no answer may
 * have passed it on.
 */
function verdict(chain: ChainId, outcomes: readonly NodeOutcome<Broadcast>[]): Broadcast {
  const answers = outcomes.flatMap((one) => (one.kind === 'answered' ? [one.result] : []))
  const accepted = answers.find((one) => one.kind === 'accepted')
  if (accepted !== undefined) return accepted
  const [refused] = answers
  if (refused !== undefined && answers.length === outcomes.length) return refused
  throw unreachable(chain, outcomes)
}

/**
 * Spent when every node that answers says so, two of them at least where there are several: whoever
 * believes one that lies pays twice.
 */
function agreed(
  { chain, nodes }: NodeGroup<unknown>,
  outcomes: readonly NodeOutcome<SlotState>[],
): SlotState {
  const answers = outcomes.flatMap((one) => (one.kind === 'answered' ? [one.result] : []))
  if (answers.includes('free')) return 'free'
  if (answers.length >= Math.min(2, nodes.length)) return 'spent'
  throw unreachable(chain, outcomes)
}

const KNOWN = ['mined', 'waiting', 'unknown'] as const

/** The most that any node knows of a transaction. */
function farthest(chain: ChainId, outcomes: readonly NodeOutcome<TxState>[]): TxState {
  const answers = outcomes.flatMap((one) => (one.kind === 'answered' ? [one.result] : []))
  const kind = KNOWN.find((one) => answers.some((answer) => answer.kind === one))
  const found = answers.find((answer) => answer.kind === kind)
  if (found === undefined) throw unreachable(chain, outcomes)
  return found
}

function unreachable(chain: ChainId, outcomes: readonly NodeOutcome<unknown>[]): AppError {
  const failures = outcomes.flatMap((one) => (one.kind === 'failed' ? [one.error] : []))
  return new AppError('chain.unreachable', { chain }, { cause: new AggregateError(failures) })
}
