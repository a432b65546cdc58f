import {
  blockAnswer,
  btc,
  confirmationsOf,
  headerAnswer,
  scriptAnswer,
  transactionAnswer,
} from './answers.ts'
import { tipOf, type Chain, type Stored } from './chain.ts'
import { madeBy, outpoint, type Coin } from './coins.ts'
import { addressOfOutput, scriptOfAddress } from './faucet.ts'
import { RELAY_RATE, withDescendants, type Waiting } from './pool.ts'
import { RpcRefusal, type Methods } from './rpc.ts'

const NOT_FOUND = -5
const OUT_OF_RANGE = -8

const textAt = (given: readonly unknown[], at: number): string => {
  const value = given[at]
  if (typeof value !== 'string')
    throw new RpcRefusal(-3, 'JSON value is not of expected type string')
  return value
}

const numberAt = (given: readonly unknown[], at: number, usual?: number): number => {
  const value = given[at] ?? usual
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'number')
    throw new RpcRefusal(-3, 'JSON value is not of expected type number')
  return value
}

/** The rate that `estimatesmartfee` answers; absent while it knows none, as on every young chain. */
export type FeeKnowledge = { perKilobyte: bigint | undefined }

/** The methods that only look. */
export const lookMethods = (at: () => Chain, fees: FeeKnowledge): Methods => ({
  getblockchaininfo: () => {
    const { height, hash, block } = tipOf(at())
    const progress = { verificationprogress: 1, initialblockdownload: false, pruned: false }
    const tip = { blocks: height, headers: height, bestblockhash: hash, time: block.timestamp }
    return { chain: 'regtest', ...tip, ...progress, warnings: [] }
  },
  getnetworkinfo: () => ({
    version: 290000,
    subversion: '/StandIn:29.0.0/',
    relayfee: btc(RELAY_RATE),
  }),
  getblockcount: () => tipOf(at()).height,
  getbestblockhash: () => tipOf(at()).hash,
  getblockhash: (given) => {
    const stored = at().active[numberAt(given, 0)]
    if (stored === undefined) throw new RpcRefusal(OUT_OF_RANGE, 'Block height out of range')
    return stored.hash
  },
  getblockheader: (given) => {
    const stored = storedAt(at(), textAt(given, 0))
    return numberAt(given, 1, 1) === 0 ? stored.block.toHex(true) : headerAnswer(at(), stored)
  },
  getblock: (given) => {
    const stored = storedAt(at(), textAt(given, 0))
    const verbosity = numberAt(given, 1, 1)
    return verbosity === 0 ? stored.block.toHex() : blockAnswer(at(), stored, verbosity)
  },
  getrawmempool: () => [...at().pool.keys()],
  getmempoolinfo: () => ({
    loaded: true,
    size: at().pool.size,
    mempoolminfee: btc(RELAY_RATE),
    minrelaytxfee: btc(RELAY_RATE),
    incrementalrelayfee: btc(RELAY_RATE),
    fullrbf: true,
  }),
  getmempoolentry: (given) => entryAnswer(at(), textAt(given, 0)),
  getrawtransaction: (given) => rawAnswer(at(), given),
  gettxout: (given) => coinAnswer(at(), given),
  estimatesmartfee: (given) => {
    const blocks = numberAt(given, 0)
    if (fees.perKilobyte === undefined) {
      return { errors: ['Insufficient data or no feerate found'], blocks }
    }
    return { feerate: btc(fees.perKilobyte), blocks }
  },
  scantxoutset: (given) => scanAnswer(at(), given),
})

function storedAt({ blocks }: Chain, hash: string): Stored {
  const stored = blocks.get(hash)
  if (stored === undefined) throw new RpcRefusal(NOT_FOUND, 'Block not found')
  return stored
}

function entryAnswer({ pool }: Chain, txid: string): unknown {
  const waiting = pool.get(txid)
  if (waiting === undefined) throw new RpcRefusal(NOT_FOUND, 'Transaction not in mempool')
  const family = withDescendants(pool, txid).flatMap((one) => pool.get(one) ?? [])
  const fee = (all: readonly Waiting[]) => btc(all.reduce((sum, one) => sum + one.fee, 0n))
  return {
    vsize: waiting.vsize,
    weight: waiting.transaction.weight(),
    descendantcount: family.length,
    fees: { base: fee([waiting]), modified: fee([waiting]), descendant: fee(family) },
    depends: waiting.spends.map((name) => name.slice(0, 64)).filter((one) => pool.has(one)),
    'bip125-replaceable': true,
  }
}

function rawAnswer(chain: Chain, given: readonly unknown[]): unknown {
  const txid = textAt(given, 0)
  const verbosity = numberAt(given, 1, 0)
  const wanted = typeof given[2] === 'string' ? storedAt(chain, given[2]) : undefined
  const waiting = wanted === undefined ? chain.pool.get(txid) : undefined
  const stored = wanted ?? chain.places.get(txid)
  const place = stored?.block.transactions?.findIndex((one) => one.getId() === txid) ?? -1
  const transaction = waiting?.transaction ?? stored?.block.transactions?.[place]
  if (transaction === undefined) {
    throw new RpcRefusal(NOT_FOUND, 'No such mempool or blockchain transaction')
  }
  if (verbosity === 0) return transaction.toHex()
  const coins = verbosity === 2 ? (stored?.spent[place] ?? []) : []
  const answer = { ...transactionAnswer(transaction, coins, true), hex: transaction.toHex() }
  if (stored === undefined) return answer
  const confirmations = Math.max(0, confirmationsOf(chain, stored))
  return { ...answer, blockhash: stored.hash, confirmations }
}

function coinAnswer(chain: Chain, given: readonly unknown[]): unknown {
  const name = outpoint(textAt(given, 0), numberAt(given, 1))
  const seesPool = given[2] !== false
  const { height, hash: bestblock } = tipOf(chain)
  if (seesPool && [...chain.pool.values()].some((one) => one.spends.includes(name))) return null
  const parent = seesPool ? chain.pool.get(name.slice(0, 64)) : undefined
  const fresh = parent && madeBy(parent.transaction, height + 1)
  const coin = chain.coins.get(name) ?? fresh?.find((one) => outpoint(one.txid, one.index) === name)
  if (coin === undefined) return null
  const confirmations = height - coin.height + 1
  const facts = { bestblock, confirmations, value: btc(coin.value), coinbase: coin.coinbase }
  return { ...facts, scriptPubKey: scriptAnswer(coin.script) }
}

function scanAnswer(chain: Chain, given: readonly unknown[]): unknown {
  if (textAt(given, 0) !== 'start') throw new RpcRefusal(OUT_OF_RANGE, 'Invalid action argument')
  const wanted = Array.isArray(given[1]) ? given[1] : []
  const scripts = new Set(wanted.map((one: unknown) => Buffer.from(scriptOf(one)).toString('hex')))
  const found = [...chain.coins.values()].filter((coin) =>
    scripts.has(Buffer.from(coin.script).toString('hex')),
  )
  const { height, hash: bestblock } = tipOf(chain)
  const unspents = found.map(unspentAnswer)
  const total = found.reduce((sum, coin) => sum + coin.value, 0n)
  const scanned = { success: true, txouts: chain.coins.size, height, bestblock }
  return { ...scanned, unspents, total_amount: btc(total) }
}

const unspentAnswer = (coin: Coin): unknown => ({
  txid: coin.txid,
  vout: coin.index,
  scriptPubKey: Buffer.from(coin.script).toString('hex'),
  desc: `addr(${addressOfOutput(coin.script) ?? ''})`,
  amount: btc(coin.value),
  coinbase: coin.coinbase,
  height: coin.height,
})

function scriptOf(descriptor: unknown): Uint8Array {
  const [, address] = /^addr\((\w+)\)$/.exec(String(descriptor)) ?? []
  if (address === undefined) throw new RpcRefusal(NOT_FOUND, 'the stand-in reads addr(…) alone')
  return scriptOfAddress(address)
}
