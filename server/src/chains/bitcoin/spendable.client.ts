import { equalBytes } from '@noble/curves/utils.js'
import { AppError } from '../../errors/app-error.ts'
import { inParallel } from '../node/concurrent.ts'
import { Header, TxOut } from './answers.ts'
import { hashAt, transactionOf } from './blocks.client.ts'
import type { Choice, OwnCoin } from './choose-coins.ts'
import { SEQUENCE_REPLACEABLE } from './codec.ts'
import type { ScanCoins } from './coin-scan.client.ts'
import type { BitcoinNode } from './node.client.ts'
import type { SpentInput } from './psbt.ts'
import type { OwnScript } from './request.ts'
import { MATURITY } from './scan.client.ts'

/**
 * Finds what some keys can spend: outputs in blocks. Whoever has an index of his own puts it here;
 * without one the node's whole set of outputs is looked through.
 */
export type CoinSource = (keys: readonly OwnScript[]) => Promise<readonly OwnCoin[]>

/** The coins of keys as the node's own set of unspent outputs has them, those that are ripe. */
export const coinsByScan =
  (scanCoins: ScanCoins): CoinSource =>
  async (keys) => {
    const { at, coinsOf } = await scanCoins(keys.map((key) => key.address))
    return keys.flatMap(({ address, script, kind }) =>
      coinsOf(address)
        .filter((coin) => !coin.coinbase || at.height + 1 - coin.height >= MATURITY)
        .map(({ txid, index, units }) => ({ txid, index, units, address, script, kind })),
    )
  }

const ROUNDS_MAX = 50

/**
 * Chooses among coins until none of those chosen is spent by what waits in the mempool.
 * @param choose what is best of those that are left
 */
export async function chooseUnspent(
  node: BitcoinNode,
  coins: readonly OwnCoin[],
  choose: (coins: readonly OwnCoin[]) => Choice,
): Promise<Choice> {
  let left = coins
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const choice = choose(left)
    if (choice.kind === 'short') return choice
    const mine = new Set(left)
    const asked = choice.inputs.filter((one) => mine.has(one))
    const spent = await inParallel(asked, async (coin) => {
      const found = await node.ask('gettxout', [coin.txid, coin.index, true], TxOut)
      return found === null ? [coin] : []
    })
    const gone = new Set(spent.flat())
    if (gone.size === 0) return choice
    left = left.filter((one) => !gone.has(one))
  }
  throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
}

/**
 * The chosen coins as inputs, with what proves their amounts.
 * @param known inputs of a transaction that is replaced: nothing has to be asked for them
 * @throws chain.node_unsettled
 */
export async function inputsOf(
  node: BitcoinNode,
  coins: readonly OwnCoin[],
  known: readonly SpentInput[],
): Promise<readonly SpentInput[]> {
  const isKnown = (coin: OwnCoin) => (one: SpentInput) =>
    one.txid === coin.txid && one.index === coin.index
  const asked = coins.filter((one) => one.kind === 'p2wpkh' && !known.some(isKnown(one)))
  const firsts = [...new Map(asked.map((one) => [one.txid, one])).values()]
  const read = await inParallel(firsts, async (coin) => {
    return [coin.txid, await bytesThatMade(node, coin)] as const
  })
  const made = new Map(read)
  return coins.map((coin) => {
    const before = known.find(isKnown(coin))
    const { txid, index, units, script, kind } = coin
    const proof = kind === 'p2tr' ? undefined : (before?.made ?? made.get(txid))
    const place = { txid, index, sequence: SEQUENCE_REPLACEABLE }
    return { ...place, spent: { units, script }, made: proof, witness: undefined }
  })
}

/** The transaction that made a coin, from the block that holds it: no index is needed for that. */
async function bytesThatMade(node: BitcoinNode, coin: OwnCoin): Promise<Uint8Array> {
  const { txid, index, units, script } = coin
  const hash = await blockOfCoin(node, coin)
  const found = hash === undefined ? undefined : await transactionOf(node, txid, hash)
  const output = found?.outputs[index]
  // Where they disagree the chain has changed between two answers, or the node is wrong.
  if (found !== undefined && output?.units === units && equalBytes(output.script, script)) {
    return found.stripped
  }
  throw new AppError('chain.node_unsettled', { chain: node.chain, node: node.name })
}

async function blockOfCoin(
  node: BitcoinNode,
  { txid, index }: OwnCoin,
): Promise<string | undefined> {
  const found = await node.ask('gettxout', [txid, index, false], TxOut)
  if (found === null) return undefined
  const { height } = await node.ask('getblockheader', [found.bestblock, true], Header)
  return hashAt(node, height + 1 - found.confirmations)
}
