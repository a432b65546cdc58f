import { z } from 'zod'
import { isError } from '../../errors/app-error.ts'
import type { Speed } from '../contract-sending.ts'
import { Quantity } from './answers.ts'
import type { EvmNode } from './node.client.ts'
import type { GasPrice } from './transaction.ts'

/** What gas costs now. */
export type Quote = Readonly<{
  price: GasPrice
  /** What a unit of gas will cost in the next block, in wei; at most what `price` allows. */
  expected: bigint
}>

/** How far back prices are looked at, and which of the tips in a block each speed takes. */
const BLOCKS = 10
const PERCENTILES = { slow: 10, normal: 50, fast: 90 } as const

const Head = z.object({ baseFeePerGas: Quantity.optional() })
const History = z.object({ reward: z.array(z.array(Quantity)).nullish() })

/**
 * The present price. Usually it leaves room for the base fee to double, of which nothing is paid
 * that is not needed; `exact` is a price that is paid whole, for whoever leaves nothing behind.
 */
export async function quoteAt(
  node: EvmNode,
  { speed, exact }: Readonly<{ speed: Speed; exact: boolean }>,
): Promise<Quote> {
  const { baseFeePerGas } = await node.ask('eth_getBlockByNumber', ['latest', false], Head)
  const usual = await node.ask('eth_gasPrice', [], Quantity)
  if (baseFeePerGas === undefined) {
    return { price: { kind: 'legacy', gasPrice: usual }, expected: usual }
  }
  const suggested = await node
    .ask('eth_maxPriorityFeePerGas', [], Quantity)
    .catch(otherwise(usual > baseFeePerGas ? usual - baseFeePerGas : 0n))
  const tip = (await readTips(node, suggested))[speed]
  if (exact) {
    const all = (baseFeePerGas * 5n) / 4n + tip
    const price: GasPrice = { kind: 'dynamic', maxFeePerGas: all, maxPriorityFeePerGas: all }
    return { price, expected: all }
  }
  const maxFeePerGas = baseFeePerGas * 2n + tip
  const price: GasPrice = { kind: 'dynamic', maxFeePerGas, maxPriorityFeePerGas: tip }
  return { price, expected: baseFeePerGas + tip }
}

/** The tips of each speed, never falling with haste; what the node suggests where nobody paid. */
async function readTips(
  node: EvmNode,
  suggested: bigint,
): Promise<Readonly<Record<Speed, bigint>>> {
  const { slow, normal, fast } = PERCENTILES
  const question = [`0x${BLOCKS.toString(16)}`, 'latest', [slow, normal, fast]]
  const { reward } = await node
    .ask('eth_feeHistory', question, History)
    .catch(otherwise({ reward: [] }))
  const [low = 0n, middle = 0n, high = 0n] = [0, 1, 2].map((place) =>
    median((reward ?? []).flatMap((block) => block[place] ?? []).filter((tip) => tip > 0n)),
  )
  if (low === 0n) return { slow: suggested, normal: suggested, fast: suggested }
  const usual = larger(low, middle)
  return { slow: low, normal: usual, fast: larger(usual, larger(high, suggested)) }
}

/** What to take where a node does not offer a method. */
const otherwise =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (isError(error, 'chain.node_refused')) return value
    throw error
  }

const median = (values: readonly bigint[]): bigint =>
  values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))[values.length >> 1] ?? 0n

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/**
 * The price of a replacement: what gas costs now, and at least an eighth more than before in every
 * part of it. Nodes ask for a tenth and some for an eighth; a test node may take one wei.
 */
export function raisedPrice(before: GasPrice, { price, expected }: Quote): GasPrice {
  if (before.kind === 'legacy') {
    const now = price.kind === 'legacy' ? price.gasPrice : expected
    return { kind: 'legacy', gasPrice: larger(raised(before.gasPrice), now) }
  }
  const [max, tip] =
    price.kind === 'dynamic'
      ? [price.maxFeePerGas, price.maxPriorityFeePerGas]
      : [price.gasPrice, price.gasPrice]
  const maxFeePerGas = larger(raised(before.maxFeePerGas), max)
  const paidWhole = before.maxPriorityFeePerGas === before.maxFeePerGas
  const raisedTip = larger(raised(before.maxPriorityFeePerGas), tip)
  const maxPriorityFeePerGas = paidWhole ? maxFeePerGas : raisedTip
  return {
    kind: 'dynamic',
    maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas),
    maxPriorityFeePerGas,
  }
}

const raised = (before: bigint): bigint => before + larger(1n, (before + 7n) / 8n)
