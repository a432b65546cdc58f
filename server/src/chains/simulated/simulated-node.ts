import type { SandboxNode } from '../sandbox-node.ts'
import { behave, knows, mine, reorg, replace, send } from './node.action.ts'
import type { SimulatedCtx } from './open-chain.action.ts'

/** The node of one simulated chain; every refusal of the port can come. */
export const simulatedNode = (ctx: SimulatedCtx): SandboxNode => ({
  send: (kind, sendings) => send(ctx, kind, sendings),
  knows: (txHash) => knows(ctx, txHash),
  mine: (blocks) => mine(ctx, blocks),
  reorg: (depth, drop) => reorg(ctx, depth, drop),
  replace: (txHash) => replace(ctx, txHash),
  behave: (change) => behave(ctx, change),
})
