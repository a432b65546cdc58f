/** How much of its free bandwidth an account has used, and when that was reckoned. */
type NetUse = Readonly<{ used: bigint; atMs: number }>

/** What an account may use because something is staked for it, and what it used of that. */
export type Stake = Readonly<{ bandwidth: bigint; energy: bigint }>

/** What the chain knows beside balances and contracts, after a block. It never changes. */
export type ChainState = Readonly<{
  /** Accounts that are on the chain: paid coins once, or made with it. */
  active: ReadonlySet<string>
  freeNet: ReadonlyMap<string, NetUse>
  stakes: ReadonlyMap<string, Stake>
  /** Where the machine is. */
  tvmHeight: number
}>

const DAY_MS = 86_400_000n

/** What is left of an account's free bandwidth: what was used comes back within a day. */
export function freeNetLeft(
  { freeNet }: ChainState,
  account: string,
  at: Readonly<{ nowMs: number; limit: bigint }>,
): bigint {
  const before = freeNet.get(account)
  if (before === undefined) return at.limit
  const passed = BigInt(at.nowMs - before.atMs)
  const used = passed >= DAY_MS ? 0n : before.used - (before.used * passed) / DAY_MS
  return at.limit - used
}

/** The state when an account has so much of its free bandwidth left. */
export const withFreeNet = (
  state: ChainState,
  account: string,
  { nowMs, limit, left }: Readonly<{ nowMs: number; limit: bigint; left: bigint }>,
): ChainState => ({
  ...state,
  freeNet: new Map(state.freeNet).set(account, { used: limit - left, atMs: nowMs }),
})

/** The state when an account is on the chain. */
export const withActive = (state: ChainState, account: string): ChainState => ({
  ...state,
  active: new Set(state.active).add(account),
})

/** What is left of an account's stake. */
export const stakeOf = ({ stakes }: ChainState, account: string): Stake =>
  stakes.get(account) ?? { bandwidth: 0n, energy: 0n }

/** The state when so much of an account's stake is left. */
export const withStake = (state: ChainState, account: string, stake: Stake): ChainState => ({
  ...state,
  stakes: new Map(state.stakes).set(account, stake),
})
