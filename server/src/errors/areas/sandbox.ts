import { define } from '../define.ts'

/** Refusals of `sandbox/` and of the nodes it plays. */
export const sandboxErrors = {
  'sandbox.test_key_needed': define({
    status: 404,
    retry: 'never',
    say: () => 'The sandbox exists for keys that begin with sk_test_ alone.',
  }),
  'sandbox.chain_not_playable': define<{ network: string }>({
    status: 422,
    retry: 'changed',
    say: (c) =>
      `${c.network} is a real network here: what happens on it is not ours to play. Take another network, or run this one simulated.`,
  }),
  'sandbox.deposit_address_invalid': define<{ network: string; reason: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `The address cannot be paid on ${c.network}: ${c.reason}.`,
  }),
  'sandbox.behaviour_not_playable': define<{ behaviour: string; network: string }>({
    status: 422,
    retry: 'changed',
    say: (c) => `The node of ${c.network} is a real one and cannot be told to ${c.behaviour}.`,
  }),
  'sandbox.fee_out_of_range': define<{ coinsMax: bigint }>({
    status: 400,
    retry: 'changed',
    say: (c) => `A transfer of the sandbox costs at most ${c.coinsMax} coins of its network.`,
  }),
  'sandbox.clock_too_far': define<{ yearsMax: number }>({
    status: 422,
    retry: 'never',
    say: (c) => `The sandbox's clock goes at most ${c.yearsMax} years ahead.`,
  }),
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
  'sandbox.mail_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
}
