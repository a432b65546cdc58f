import { serve, type Asked, type Answered } from '../http-server.ts'
import { MATURITY } from './blocks.ts'
import {
  copyChain,
  createChain,
  cutBack,
  forget,
  mine,
  submit,
  tipOf,
  type Chain,
} from './chain.ts'
import { madeBy, type Coin } from './coins.ts'
import { faucetKey, scriptOfAddress, signPayment } from './faucet.ts'
import { lookMethods, type FeeKnowledge } from './methods-look.ts'
import { sendMethods } from './methods-send.ts'
import { answerRpc } from './rpc.ts'

/** So much to an address, in satoshi. */
export type Pay = Readonly<{ to: string; value: bigint }>

/** What happens on the chain besides what its clients ask for. */
export type BitcoinControls = Readonly<{
  /** Mines so many blocks; the first takes everything that waits. */
  mine: (blocks: number) => void
  /**
   * Others take the place of the last `depth` blocks. What they held is in the first of these or,
   * when it is in `drop`, gone with everything that depends on it.
   */
  reorg: (depth: number, drop: readonly string[]) => void
  /** Takes a transaction out of the mempool. */
  drop: (txid: string) => void
  /** Replaces a waiting payment of ours by one that pays a stranger. @returns the other's txid */
  replace: (txid: string) => string
  /** One transaction, from nobody's coins, that pays all of them. @returns its txid */
  pay: (pays: readonly Pay[], replaceable: boolean) => string
  /** Mines a block whose maker gives his reward to an address. */
  mineTo: (address: string) => void
  /** What `estimatesmartfee` answers from now on, in satoshi per 1,000 bytes; nothing at first. */
  knowFees: (perKilobyte: bigint | undefined) => void
  halt: (halted: boolean) => void
  loseAnswers: (lost: boolean) => void
}>

/** A Bitcoin node on a local test chain, as real as it has to be. */
export type BitcoinStandIn = AsyncDisposable & Readonly<{ url: string; control: BitcoinControls }>

const PAYER = faucetKey('payer')
const MINER = faucetKey('miner')
const STRANGER = faucetKey('stranger')
const FEE = 2_000n

/** Two coins for the largest amounts, and many that pay for everything else. */
const PREMINE: readonly bigint[] = [
  ...Array.from({ length: 2 }, () => 10n ** 15n + 10n ** 8n),
  ...Array.from({ length: 900 }, () => 10n ** 10n),
]

let base: Chain | undefined

/** A chain on which the coins to play with are ripe. */
function freshChain(): Chain {
  if (base === undefined) {
    base = createChain(PREMINE.map((value) => ({ script: PAYER.script, value })))
    for (let height = 1; height < MATURITY + 10; height += 1) mine(base, { payTo: MINER.script })
  }
  return copyChain(base)
}

/** Starts a stand-in on a free port; its chain is its own, and fresh. */
export async function startBitcoinStandIn(): Promise<BitcoinStandIn> {
  const chain = freshChain()
  const fees: FeeKnowledge = { perKilobyte: undefined }
  const methods = { ...lookMethods(() => chain, fees), ...sendMethods(() => chain) }
  const server = await serve((asked) => {
    if (asked.path.startsWith('/_control/')) return controlled(control, asked)
    return { status: 200, value: answerRpc(methods, asked.body.toString('utf8')) }
  })
  const control: BitcoinControls = {
    ...playOn(chain),
    knowFees: (perKilobyte) => (fees.perKilobyte = perKilobyte),
    halt: server.halt,
    loseAnswers: server.loseAnswers,
  }
  return { url: server.url, control, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

type Play = Omit<BitcoinControls, 'knowFees' | 'halt' | 'loseAnswers'>

function playOn(chain: Chain): Play {
  const used = new Set<number>()
  const mineSome = (blocks: number): void => {
    for (let count = 0; count < blocks; count += 1) mine(chain, { payTo: MINER.script })
  }
  return {
    mine: mineSome,
    mineTo: (address) => void mine(chain, { payTo: scriptOfAddress(address) }),
    reorg: (depth, drop) => {
      cutBack(chain, tipOf(chain).height - depth)
      for (const txid of drop) forget(chain, txid)
      mineSome(depth)
    },
    drop: (txid) => forget(chain, txid),
    replace: (txid) => {
      const waiting = chain.pool.get(txid)
      if (waiting === undefined) throw new Error(`${txid} does not wait`)
      const coins = waiting.spends.flatMap((name) => chain.coins.get(name) ?? [])
      const fee = waiting.fee * 3n
      const outputs = [{ script: STRANGER.script, value: 10_000n }]
      const other = signPayment({ key: PAYER, coins, outputs, fee, replaceable: true })
      return hand(chain, other)
    },
    pay: (pays, replaceable) => {
      const outputs = pays.map(({ to, value }) => ({ script: scriptOfAddress(to), value }))
      const sum = pays.reduce((all, one) => all + one.value, FEE)
      const coin = coinFor(chain, used, sum)
      return hand(chain, signPayment({ key: PAYER, coins: [coin], outputs, fee: FEE, replaceable }))
    },
  }
}

/** The smallest coin of the first block that was never used and pays for it. */
function coinFor({ active }: Chain, used: Set<number>, sum: bigint): Coin {
  const [premine] = active[1]?.block.transactions ?? []
  const coins = premine === undefined ? [] : madeBy(premine, 1)
  const found = coins
    .filter((coin) => coin.value >= sum && !used.has(coin.index))
    .reduce(
      (least: Coin | undefined, coin) =>
        least === undefined || coin.value < least.value ? coin : least,
      undefined,
    )
  if (found === undefined) throw new Error('the chain has no more coins to play with')
  used.add(found.index)
  return found
}

function hand(chain: Chain, transaction: Parameters<typeof submit>[1]): string {
  const verdict = submit(chain, transaction, false)
  if (verdict.kind === 'refused') throw new Error(verdict.message)
  return verdict.waiting.txid
}

/** `POST /_control/mine {"blocks": 1}` and so on: amounts are texts of satoshi. */
function controlled(control: BitcoinControls, { path, body }: Asked): Answered {
  const given: unknown = JSON.parse(body.toString('utf8') || '{}')
  const member = (name: string): unknown =>
    typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined
  const pays = member('pays')
  switch (path.slice('/_control/'.length)) {
    case 'mine':
      return done(control.mine(Number(member('blocks') ?? 1)))
    case 'reorg': {
      const drop = member('drop')
      const txids = Array.isArray(drop) ? drop.map(String) : []
      return done(control.reorg(Number(member('depth') ?? 1), txids))
    }
    case 'drop':
      return done(control.drop(String(member('txid'))))
    case 'replace':
      return done(control.replace(String(member('txid'))))
    case 'pay': {
      const list: readonly unknown[] = Array.isArray(pays) ? pays : []
      const read = list.map((one) => payOf(one))
      return done(control.pay(read, member('replaceable') === true))
    }
    case 'halt':
      return done(control.halt(member('halted') === true))
    default:
      return { status: 404, value: { error: 'there is no such control' } }
  }
}

const done = (result: unknown): Answered => ({ status: 200, value: { result: result ?? null } })

function payOf(given: unknown): Pay {
  if (typeof given !== 'object' || given === null) throw new Error('a payment is an object')
  return {
    to: String(Reflect.get(given, 'to')),
    value: BigInt(String(Reflect.get(given, 'value'))),
  }
}
