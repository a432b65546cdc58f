import { define } from '../define.ts'

/** Refusals of `chains/`: what a node, real or simulated, does not do for us. */
export const chainErrors = {
  'chain.unreachable': define<{ chain: string }>({
    status: 503,
    retry: 'later',
    say: (c) => `No ${c.chain} node answered. Check that it runs; we look again by ourselves.`,
  }),
  'chain.node_refused': define<{ chain: string; node: string; method: string; problem: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The ${c.chain} node at ${c.node} refused ${c.method} (${c.problem}). Check what it offers.`,
  }),
  'chain.answer_unusable': define<{
    chain: string
    node: string
    method: string
    problem: string
  }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The ${c.chain} node at ${c.node} answered ${c.method} with what cannot be read (${c.problem}).`,
  }),
  'chain.node_behind': define<{ chain: string; node: string; height: number }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The ${c.chain} node at ${c.node} does not know block ${c.height} yet. Wait until it has caught up, or check that it is on the same chain.`,
  }),
  'chain.node_unsettled': define<{ chain: string; node: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `The ${c.chain} node at ${c.node} gave answers from different blocks. We look again by ourselves.`,
  }),
  'chain.wrong_network': define<{ chain: string; node: string; expected: string; found: string }>({
    status: 503,
    retry: 'changed',
    say: (c) =>
      `The node at ${c.node} given for ${c.chain} is of another network: its chain id is ${c.found}, not ${c.expected}.`,
  }),
  'chain.local_node_failed': define<{ problem: string }>({
    status: 500,
    retry: 'changed',
    say: (c) => `The local chain node did not start: ${c.problem}.`,
  }),
  'chain.transaction_not_readable': define<{ chain: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `These bytes are no transaction of ${c.chain} that we know how to read: ${c.problem}.`,
  }),
  'chain.insufficient_funds': define<{ chain: string; asset: string; problem: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `There is not enough ${c.asset} on ${c.chain} for this: ${c.problem}.`,
  }),
  'chain.payment_not_possible': define<{ chain: string; problem: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.chain} cannot carry out this payment: ${c.problem}.`,
  }),
  'chain.fee_above_limit': define<{ chain: string; fee: string; feeMax: string }>({
    status: 409,
    retry: 'later',
    say: (c) =>
      `Sending on ${c.chain} costs ${c.fee} units now, more than the limit of ${c.feeMax}. Wait, or raise the limit.`,
  }),
  'chain.replacement_refused': define<{ chain: string; problem: string }>({
    status: 409,
    retry: 'later',
    say: (c) => `The waiting ${c.chain} transaction cannot be replaced now: ${c.problem}.`,
  }),
}
