import { define } from '../define.ts'

/** Refusals of `sandbox/` and of the nodes it plays. */
export const sandboxErrors = {
  'sandbox.kind_not_playable': define<{ kind: string; asset: string; why: string }>({
    status: 422,
    retry: 'changed',
    say: (c) => `A deposit of the kind ${c.kind} cannot be made with ${c.asset}: ${c.why}.`,
  }),
  'sandbox.reorg_too_deep': define<{ depth: number; height: number }>({
    status: 422,
    retry: 'changed',
    say: (c) => `The chain has ${c.height} blocks that can be replaced, not ${c.depth}.`,
  }),
  'sandbox.transaction_not_there': define<{ txHash: string }>({
    status: 404,
    retry: 'changed',
    say: (c) =>
      `The transaction ${c.txHash} is neither in the mempool nor in a block that this would replace.`,
  }),
  'sandbox.not_replaceable': define<{ txHash: string; state: string }>({
    status: 409,
    retry: 'never',
    say: (c) =>
      `The transaction ${c.txHash} is ${c.state} and cannot be replaced: only one of the kind "replaceable" can, while it waits in the mempool.`,
  }),
}
