import { Transaction } from 'bitcoinjs-lib'
import { btc } from './answers.ts'
import { cutBack, mine, submit, type Chain } from './chain.ts'
import { outpoint } from './coins.ts'
import { scriptOfAddress } from './faucet.ts'
import { judge } from './pool.ts'
import { RpcRefusal, type Methods } from './rpc.ts'

const NO_RATE_MAX = '0'
const RATE_MAX_USUAL = '0.10'

/** The methods that change something. */
export const sendMethods = (at: () => Chain): Methods => ({
  sendrawtransaction: ([hex, rateMax = RATE_MAX_USUAL]) => send(at(), decode(hex), `${rateMax}`),
  testmempoolaccept: ([list]) => {
    const [hex, ...more]: readonly unknown[] = Array.isArray(list) ? list : []
    if (more.length > 0) throw new RpcRefusal(-8, 'the stand-in tests one transaction at a time')
    return [test(at(), decode(hex))]
  },
  generatetoaddress: ([count, address]) =>
    Array.from({ length: Number(count) }, () => mine(at(), { payTo: scriptTo(address) }).hash),
  generateblock: ([address, list]) => {
    const chosen = (Array.isArray(list) ? list : []).map((one) => chosenOf(at(), `${one}`))
    try {
      return { hash: mine(at(), { payTo: scriptTo(address), transactions: chosen }).hash }
    } catch (error) {
      throw new RpcRefusal(-25, error instanceof Error ? error.message : 'it cannot be mined')
    }
  },
  invalidateblock: ([hash]) => {
    const stored = at().blocks.get(`${hash}`)
    if (stored === undefined) throw new RpcRefusal(-5, 'Block not found')
    if (at().active[stored.height]?.hash === stored.hash) cutBack(at(), stored.height - 1)
    return null
  },
})

const scriptTo = (address: unknown): Uint8Array => {
  try {
    return scriptOfAddress(`${address}`)
  } catch {
    throw new RpcRefusal(-5, 'Error: Invalid address')
  }
}

function decode(hex: unknown): Transaction {
  try {
    return Transaction.fromHex(`${hex}`)
  } catch {
    throw new RpcRefusal(-22, 'TX decode failed. Make sure the tx has at least one input.')
  }
}

const chosenOf = (chain: Chain, text: string): Transaction =>
  text.length === 64 ? (chain.pool.get(text)?.transaction ?? unknownTx(text)) : decode(text)

function unknownTx(txid: string): never {
  throw new RpcRefusal(-5, `Transaction ${txid} not in mempool.`)
}

function send(chain: Chain, transaction: Transaction, rateMax: string): string {
  const txid = transaction.getId()
  if (chain.pool.has(txid)) return txid
  const isThere = transaction.outs.some((_, index) => chain.coins.has(outpoint(txid, index)))
  if (isThere) throw new RpcRefusal(-27, 'Transaction outputs already in utxo set')
  const verdict = judge({ ...chain, height: chain.active.length }, transaction, true)
  if (verdict.kind === 'refused') throw new RpcRefusal(verdict.code, verdict.message)
  const { fee, vsize } = verdict.waiting
  const isDear = fee * 1000n > satoshiOf(rateMax) * BigInt(vsize)
  if (isDear && Number(rateMax) !== Number(NO_RATE_MAX)) {
    throw new RpcRefusal(-25, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')
  }
  submit(chain, transaction, true)
  return txid
}

/** A rate in coins per 1,000 bytes, as satoshi. */
function satoshiOf(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(8, '0').slice(0, 8))
}

function test(chain: Chain, transaction: Transaction): unknown {
  const txid = transaction.getId()
  const named = { txid, wtxid: Buffer.from(transaction.getHash(true).toReversed()).toString('hex') }
  const refuse = (reason: string): unknown => ({
    ...named,
    allowed: false,
    'reject-reason': reason,
  })
  if (chain.pool.has(txid)) return refuse('txn-already-in-mempool')
  if (chain.places.has(txid)) return refuse('txn-already-known')
  const verdict = judge({ ...chain, height: chain.active.length }, transaction, true)
  if (verdict.kind === 'refused') {
    const missing = 'bad-txns-inputs-missingorspent'
    return refuse(verdict.message === missing ? 'missing-inputs' : verdict.message)
  }
  const { vsize, fee } = verdict.waiting
  return { ...named, allowed: true, vsize, fees: { base: btc(fee) } }
}
