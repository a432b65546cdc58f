import { define } from '../define.ts'

/** Refusals of `wallets/`. */
export const walletErrors = {
  'wallets.wallet_unknown': define<{ wallet: string }>({
    status: 404,
    retry: 'never',
    say: (c) =>
      `There is no wallet ${c.wallet} here. An id works only with keys of its environment; POST /v1/wallets makes one.`,
  }),
  'wallets.list_place_unknown': define<{ cursor: string }>({
    status: 400,
    retry: 'changed',
    say: (c) => `${c.cursor} is no cursor of this list. Send \`next_cursor\` of the page before.`,
  }),
  'wallets.deposit_mismatch': define<{ txHash: string; claimed: string; found: string }>({
    status: 409,
    retry: 'changed',
    say: (c) =>
      `The chain shows that ${c.txHash} brought ${c.found} to this wallet, not ${c.claimed}. What the chain shows is credited.`,
  }),
}
