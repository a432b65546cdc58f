import { define } from '../define.ts'

/** Refusals of `chains/`: what a node, real or simulated, does not do for us. */
export const chainErrors = {
  'chain.unreachable': define<{ chain: string }>({
    status: 503,
    retry: 'later',
    say: (c) => `No ${c.chain} node answered. Check that it runs; we look again by ourselves.`,
  }),
}
