import { z } from 'zod'
import type { AppError } from '../errors/app-error.ts'
import type { Network } from '../money/registry.ts'
import type { ShellCtx } from '../shell/context.ts'
import type { ManyNodes } from './node/many-nodes.ts'

/** What connecting a chain needs of the machine. */
export type ConnectCtx = Pick<ShellCtx, 'clock'>

/** Connects the nodes of one entry; nothing is asked of them until somebody does. */
export type Connect = (ctx: ConnectCtx) => ManyNodes

/** A chain family as the configuration sees it: reads an entry of COFFER_CHAINS and connects it. */
export type ChainFamily = Readonly<{
  /**
   * Reads an entry of this family whole. `refuse` makes the refusal that names the entry.
   * @throws what `refuse` makes, z.ZodError
   */
  read: (entry: unknown, network: Network, refuse: (problem: string) => AppError) => Connect
}>

const TIMEOUT_MS = 10_000
const POLL_MS_MIN = 1_000
const POLL_MS_MAX = 5_000

const Rpc = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'an http(s) URL is expected')

/** The members that every entry has; a family adds its own: `z.strictObject({ ...commonMembers })`. */
export const commonMembers = {
  environment: z.enum(['test', 'live']),
  chain: z.string(),
  rpc: z.tuple([Rpc], Rpc).refine((urls) => urls.length <= 10, 'at most 10 nodes are expected'),
  pollMs: z.int().min(100).max(600_000).optional(),
  timeoutMs: z.int().min(100).max(600_000).default(TIMEOUT_MS),
  agreeAbove: z.record(z.string(), z.string()).optional(),
}

/** The depth rule that an entry may give: blocks, a block itself being the first. */
export const Confirmations = z
  .strictObject({
    safe: z.int().min(1).max(100_000),
    final: z.int().min(1).max(100_000),
  })
  .refine(({ safe, final }) => safe <= final, 'safe must not be more than final')

/** How often to look at a network whose entry does not say, in ms. */
export const usualPollMs = ({ blockTimeMs }: Pick<Network, 'blockTimeMs'>): number =>
  Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, blockTimeMs))
