/** How a chain works: which adapter speaks to it and how its addresses look. */
export type NetworkFamily = 'eip155' | 'bip122' | 'tron' | 'solana' | 'stacks' | 'polkadot'

/** One network as it is written down here; `registry.ts` checks and types it. */
export type NetworkRow = Readonly<{
  /** CAIP-2. */
  chain: string
  /** The name of the source document's table. */
  name: string
  /** Other words for it; read without case. */
  aliases: readonly string[]
  family: NetworkFamily
  /** CAIP-19 reference of the coin that fees are paid in, after the chain: `slip44:60`. */
  native: string
  /** How far apart blocks are, in ms, on the real network. */
  blockTimeMs: number
  /** Blocks (the block itself is 1) until a simulated chain calls it safe and final. */
  confirmations: Readonly<{ safe: number; final: number }>
  /** Stands on a developer's machine and exists only where a node for it is configured. */
  local: boolean
}>

/**
 * Every network. Depths are those of the simulated chains: small, and in the proportions of the
 * real ones. A real node's own tags (`safe`, `finalized`, solidified) count where it has them.
 *
 * Tron has no ratified CAIP-2 page yet. Two drafts differ in how the last four bytes of the genesis
 * hash are written; the hexadecimal one is what wallets send today, the decimal one is an alias.
 */
export const networkRows: readonly NetworkRow[] = [
  {
    chain: 'bip122:000000000019d6689c085ae165831e93',
    name: 'Bitcoin',
    aliases: ['BTC', 'Bitcoin Mainnet'],
    family: 'bip122',
    native: 'slip44:0',
    blockTimeMs: 600_000,
    confirmations: { safe: 3, final: 6 },
    local: false,
  },
  {
    chain: 'eip155:1',
    name: 'Ethereum',
    aliases: ['ETH', 'Ethereum Mainnet'],
    family: 'eip155',
    native: 'slip44:60',
    blockTimeMs: 12_000,
    confirmations: { safe: 6, final: 12 },
    local: false,
  },
  {
    chain: 'eip155:56',
    name: 'BNB Chain',
    aliases: ['BSC', 'BNB', 'BEP20', 'BEP-20', 'BNB Smart Chain', 'Binance Smart Chain'],
    family: 'eip155',
    native: 'slip44:714',
    blockTimeMs: 750,
    confirmations: { safe: 6, final: 12 },
    local: false,
  },
  {
    chain: 'eip155:137',
    name: 'Polygon',
    aliases: ['MATIC', 'POL', 'Polygon PoS'],
    family: 'eip155',
    native: 'slip44:966',
    blockTimeMs: 2_000,
    confirmations: { safe: 6, final: 12 },
    local: false,
  },
  {
    chain: 'eip155:8453',
    name: 'Base',
    aliases: ['Base Mainnet'],
    family: 'eip155',
    native: 'slip44:60',
    blockTimeMs: 2_000,
    confirmations: { safe: 6, final: 12 },
    local: false,
  },
  {
    chain: 'eip155:42161',
    name: 'Arbitrum',
    aliases: ['ARB', 'Arbitrum One'],
    family: 'eip155',
    native: 'slip44:60',
    blockTimeMs: 250,
    confirmations: { safe: 6, final: 12 },
    local: false,
  },
  {
    chain: 'tron:0x2b6653dc',
    name: 'Tron',
    aliases: ['TRX', 'TRC20', 'TRC-20', 'tron:728126428', 'tron:mainnet'],
    family: 'tron',
    native: 'slip44:195',
    blockTimeMs: 3_000,
    confirmations: { safe: 10, final: 19 },
    local: false,
  },
  {
    chain: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    name: 'Solana',
    aliases: ['SOL', 'SPL', 'solana:mainnet'],
    family: 'solana',
    native: 'slip44:501',
    blockTimeMs: 400,
    confirmations: { safe: 16, final: 32 },
    local: false,
  },
  {
    chain: 'stacks:1',
    name: 'Stacks',
    aliases: ['STX', 'SIP10', 'SIP-010'],
    family: 'stacks',
    native: 'slip44:5757',
    blockTimeMs: 5_000,
    confirmations: { safe: 3, final: 6 },
    local: false,
  },
  {
    // Balances of DOT live on Asset Hub, so this is its genesis and not the relay chain's.
    chain: 'polkadot:68d56f15f85d3136970ec16946040bc1',
    name: 'Polkadot',
    aliases: ['DOT', 'Polkadot Asset Hub', 'Asset Hub', 'Statemint'],
    family: 'polkadot',
    native: 'slip44:354',
    blockTimeMs: 6_000,
    confirmations: { safe: 2, final: 3 },
    local: false,
  },
  {
    chain: 'eip155:31337',
    name: 'Anvil',
    aliases: ['local'],
    family: 'eip155',
    native: 'slip44:60',
    blockTimeMs: 1_000,
    confirmations: { safe: 6, final: 12 },
    local: true,
  },
]
