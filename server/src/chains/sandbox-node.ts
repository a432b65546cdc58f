import type { AssetId, Units } from '../money/units.ts'
import type { BlockRef } from './contract.ts'

/**
 * How coins are sent to an address: `internal` is moved by a contract, `fake_token` is a token that
 * is not on our list but calls itself like one that is, `fee_on_transfer` arrives as less than was
 * sent, `replaceable` may be replaced while it waits in the mempool.
 */
export type SendKind = 'normal' | 'internal' | 'fake_token' | 'fee_on_transfer' | 'replaceable'

/** Coins on their way to an address. For `fake_token`, `asset` is the one that is imitated. */
export type Sending = Readonly<{ to: string; asset: AssetId; units: Units }>

/** How a node lies: it shows transfers that never happened, or blocks above the real tip. */
export type Lie = 'none' | 'transfers' | 'blocks'

/** How a node behaves at present. */
export type Behaviour = Readonly<{
  /** A block a second by itself. */
  autoMine: boolean
  /** No answer at all: every look throws `chain.unreachable`. */
  halt: boolean
  /** What a transfer costs, in the native asset's units; absent: the node's own price. */
  fee: Units | undefined
  /** Answers our broadcasts with a refusal. */
  refuseBroadcasts: boolean
  /** Accepts our broadcasts and forgets them. */
  forgetBroadcasts: boolean
  lie: Lie
}>

/**
 * The other side of a chain, for the sandbox: what payers, miners and bad luck do. A simulated
 * chain can do all of it; a real local node what it can, and refuses the rest.
 */
export type SandboxNode = Readonly<{
  /**
   * Brings one chain transaction that pays all of them, from a source that never runs dry, into
   * the mempool.
   * @returns its hash
   * @throws sandbox.kind_not_playable
   */
  send: (kind: SendKind, sendings: readonly [Sending, ...Sending[]]) => Promise<string>
  /** Whether a transaction was submitted here, whatever became of it. */
  knows: (txHash: string) => Promise<boolean>
  /** Mines so many blocks at once; the first takes everything that waits. @returns the new tip */
  mine: (blocks: number) => Promise<BlockRef>
  /**
   * Replaces the last `depth` blocks by as many others. Transactions in `drop` never come back;
   * the others are mined again.
   * @returns the new tip
   * @throws sandbox.reorg_too_deep, sandbox.transaction_not_there
   */
  reorg: (depth: number, drop: readonly string[]) => Promise<BlockRef>
  /**
   * Replaces a waiting `replaceable` transaction by one that pays a stranger.
   * @returns the hash of the other one
   * @throws sandbox.transaction_not_there, sandbox.not_replaceable
   */
  replace: (txHash: string) => Promise<string>
  /** Changes what is given and answers the whole. @throws sandbox.behaviour_not_playable */
  behave: (change: Partial<Behaviour>) => Promise<Behaviour>
}>
