import { define } from '../define.ts'

/** Refusals of `custody/`. */
export const custodyErrors = {
  'custody.signer_changed': define<{ found: string; known: string }>({
    status: 500,
    retry: 'changed',
    say: (c) =>
      `The signer holds the seed ${c.found}, and addresses were handed out under the seed ${c.known}. Give the signer the keystore of that one: no other can spend what arrives.`,
  }),
  'custody.no_deposit_route': define<{ chain: string }>({
    status: 422,
    retry: 'never',
    say: (c) => `Deposits on ${c.chain} are not possible here. Choose another network.`,
  }),
  'custody.chain_not_watched': define<{ chain: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `${c.chain} is not watched: no address on it was ever handed out here.`,
  }),
  'custody.chain_moved_on': define<{ chain: string; height: number }>({
    status: 409,
    retry: 'later',
    say: (c) => `Block ${c.height} of ${c.chain} is no longer part of the chain. Ask again.`,
  }),
  'custody.cannot_send': define<{ chain: string }>({
    status: 409,
    retry: 'changed',
    say: (c) => `Nothing can be sent on ${c.chain}: connect a node for it in COFFER_CHAINS.`,
  }),
  'custody.policy_contradicts_itself': define<{ confirmedBelow: string; safeBelow: string }>({
    status: 400,
    retry: 'changed',
    say: (c) =>
      `What is credited in any block (below ${c.confirmedBelow}) cannot be more than what is credited in a safe one (below ${c.safeBelow}).`,
  }),
  'custody.crediting_not_halted': define<{ chain: string; asset: string }>({
    status: 409,
    retry: 'never',
    say: (c) => `Deposits of ${c.asset} on ${c.chain} are credited: nothing is halted there.`,
  }),
  'custody.addresses_exhausted': define<{ chain: string }>({
    status: 503,
    retry: 'later',
    say: (c) =>
      `No address of ${c.chain} is left at hand. The signer makes them ahead: check that it runs, and ask again.`,
  }),
  'custody.indexes_exhausted': define<{ family: string }>({
    status: 500,
    retry: 'never',
    say: (c) => `Every index of the book's ${c.family} account is used: 2³¹ addresses were made.`,
  }),
  'custody.sending_not_halted': define<Record<string, never>>({
    status: 409,
    retry: 'never',
    say: () => 'Sending goes on: it is not halted.',
  }),
}
