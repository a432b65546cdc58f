import type { Speed } from '../contract-sending.ts'
import { MempoolInfo, SmartFee } from './answers.ts'
import type { BitcoinNode } from './node.client.ts'

/** Rates in satoshi per 1,000 virtual bytes. */
export type FeeRates = Readonly<{
  /** What a transaction should pay. */
  wanted: bigint
  /** What one in the place of another has to pay on top, for its own way through the network. */
  replacing: bigint
}>

/** What the configuration says of rates, in satoshi per virtual byte. */
export type FeeRateLimits = Readonly<{
  /** Where the node has seen too few blocks to say. */
  fallback: number
  /** Above this no node's word is followed. */
  max: number
}>

/** Within how many blocks a transaction should be mined. */
const BLOCKS: Readonly<Record<Speed, number>> = { slow: 72, normal: 6, fast: 2 }

/** The node's present rates, never below what it relays nor above the limit. */
export async function ratesFor(
  node: BitcoinNode,
  speed: Speed,
  limits: FeeRateLimits,
): Promise<FeeRates> {
  const { feerate } = await node.ask('estimatesmartfee', [BLOCKS[speed]], SmartFee)
  const info = await node.ask('getmempoolinfo', [], MempoolInfo)
  const least = larger(info.mempoolminfee, info.minrelaytxfee)
  const most = BigInt(limits.max) * 1000n
  const said = feerate ?? BigInt(limits.fallback) * 1000n
  return { wanted: larger(said < most ? said : most, least), replacing: info.incrementalrelayfee }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
