/** One asset as it is written down here; `registry.ts` checks and types it. */
export type AssetRow = Readonly<{
  /** CAIP-2 of its network. */
  chain: string
  /** CAIP-19 after the chain: `slip44:60` for a coin, `erc20:0x…` for a token. */
  reference: string
  /** The document's asset name. */
  name: string
  /** The document's symbol. */
  currency: string
  /** Other symbols that are read as this asset when its network is named. */
  currencyAliases?: readonly string[]
  /** The symbol whose price it has, where that is not `currency`. */
  pricedAs?: string
  /** The network's name beside this asset, where the document uses another one than elsewhere. */
  network?: string
  /** Currency and network in one word, `USDT_TRC20`; absent where the bare symbol means this one. */
  code?: string
  decimals: number
  /** The document's token standard. */
  standard: string
}>

const TRON = 'tron:0x2b6653dc'
const ETHEREUM = 'eip155:1'
const BNB_CHAIN = 'eip155:56'
const POLYGON = 'eip155:137'
const ARBITRUM = 'eip155:42161'
const ANVIL = 'eip155:31337'

/**
 * Every asset: the rows of the document's table in its order, then what codes on the documents'
 * other pages need, then the local network. Contracts are the issuers' on the main networks, in the
 * chain's own writing (EIP-55, base58check).
 */
export const assetRows: readonly AssetRow[] = [
  {
    chain: 'bip122:000000000019d6689c085ae165831e93',
    reference: 'slip44:0',
    name: 'Bitcoin',
    currency: 'BTC',
    decimals: 8,
    standard: 'Native',
  },
  {
    chain: ETHEREUM,
    reference: 'slip44:60',
    name: 'Ethereum',
    currency: 'ETH',
    decimals: 18,
    standard: 'Native',
  },
  {
    chain: ETHEREUM,
    reference: 'erc20:0x514910771AF9Ca656af840dff83E8264EcF986CA',
    name: 'Chainlink',
    currency: 'LINK',
    decimals: 18,
    standard: 'ERC20',
  },
  {
    chain: BNB_CHAIN,
    reference: 'slip44:714',
    name: 'BNB / Binance Coin',
    currency: 'BNB',
    decimals: 18,
    standard: 'Native (BEP20)',
  },
  {
    // Binance-Peg: 18 decimals, where the same currency has 6 on every other network.
    chain: BNB_CHAIN,
    reference: 'erc20:0x55d398326f99059fF775485246999027B3197955',
    name: 'Tether (USDT)',
    currency: 'USDT',
    network: 'BSC',
    code: 'USDT_BSC',
    decimals: 18,
    standard: 'BEP20',
  },
  {
    // Binance-Peg, 18 decimals.
    chain: BNB_CHAIN,
    reference: 'erc20:0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d',
    name: 'USD Coin (USDC)',
    currency: 'USDC',
    code: 'USDC_BSC',
    decimals: 18,
    standard: 'BEP20',
  },
  {
    chain: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    reference: 'slip44:501',
    name: 'Solana',
    currency: 'SOL',
    decimals: 9,
    standard: 'Native',
  },
  {
    chain: 'stacks:1',
    reference: 'slip44:5757',
    name: 'Stacks',
    currency: 'STX',
    decimals: 6,
    standard: 'Native',
  },
  {
    chain: TRON,
    reference: 'slip44:195',
    name: 'Tron',
    currency: 'TRX',
    decimals: 6,
    standard: 'Native',
  },
  {
    chain: TRON,
    reference: 'trc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
    name: 'Tether (USDT)',
    currency: 'USDT',
    code: 'USDT_TRC20',
    decimals: 6,
    standard: 'TRC20',
  },
  {
    chain: TRON,
    reference: 'trc20:TEkxiTehnzSmSe2XqrBj4w32RUN966rdz8',
    name: 'USD Coin (USDC)',
    currency: 'USDC',
    code: 'USDC_TRC20',
    decimals: 6,
    standard: 'TRC20',
  },
  {
    // The coin was renamed POL; the document says MATIC.
    chain: POLYGON,
    reference: 'slip44:966',
    name: 'Polygon (MATIC)',
    currency: 'MATIC',
    currencyAliases: ['POL'],
    decimals: 18,
    standard: 'Native',
  },
  {
    chain: POLYGON,
    reference: 'erc20:0xc2132D05D31c914a87C6611C10748AEb04B58e8F',
    name: 'Tether (USDT)',
    currency: 'USDT',
    code: 'USDT_POLYGON',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    // Circle's own USDC; the bridged USDC.e is another contract.
    chain: POLYGON,
    reference: 'erc20:0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359',
    name: 'USD Coin (USDC)',
    currency: 'USDC',
    code: 'USDC_POLYGON',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    chain: 'polkadot:68d56f15f85d3136970ec16946040bc1',
    reference: 'slip44:354',
    name: 'Polkadot',
    currency: 'DOT',
    decimals: 10,
    standard: 'Native',
  },
  {
    // `BASE` is the document's symbol for the coin of Base, which is ether.
    chain: 'eip155:8453',
    reference: 'slip44:60',
    name: 'Base',
    currency: 'BASE',
    currencyAliases: ['ETH'],
    pricedAs: 'ETH',
    decimals: 18,
    standard: 'Native',
  },
  {
    // The documents' code USDC_ERC20 means Ethereum, which their table leaves out.
    chain: ETHEREUM,
    reference: 'erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7',
    name: 'Tether (USDT)',
    currency: 'USDT',
    code: 'USDT_ERC20',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    chain: ETHEREUM,
    reference: 'erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    name: 'USD Coin (USDC)',
    currency: 'USDC',
    code: 'USDC_ERC20',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    // The tenant API names USDTARB, so Arbitrum is a network of ours.
    chain: ARBITRUM,
    reference: 'slip44:60',
    name: 'Ethereum',
    currency: 'ETH',
    code: 'ETH_ARB',
    decimals: 18,
    standard: 'Native',
  },
  {
    chain: ARBITRUM,
    reference: 'erc20:0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9',
    name: 'Tether (USDT)',
    currency: 'USDT',
    code: 'USDT_ARB',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    chain: ARBITRUM,
    reference: 'erc20:0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
    name: 'USD Coin (USDC)',
    currency: 'USDC',
    code: 'USDC_ARB',
    decimals: 6,
    standard: 'ERC20',
  },
  {
    chain: ANVIL,
    reference: 'slip44:60',
    name: 'Ethereum',
    currency: 'ETH',
    code: 'ETH_ANVIL',
    decimals: 18,
    standard: 'Native',
  },
  {
    // A dollar for tests, at the address of the first account's first deployment.
    chain: ANVIL,
    reference: 'erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3',
    name: 'Test dollar',
    currency: 'TUSD',
    decimals: 6,
    standard: 'ERC20',
  },
]
