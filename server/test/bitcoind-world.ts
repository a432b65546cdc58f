import { randomBytes } from '@noble/hashes/utils.js'
import { Transaction } from 'bitcoinjs-lib'
import { z } from 'zod'
import { outpoint, spentBy } from '../../upstreams/bitcoin/coins.ts'
import {
  addressOfOutput,
  faucetKey,
  scriptOfAddress,
  signPayment,
  type FaucetCoin,
} from '../../upstreams/bitcoin/faucet.ts'
import { p2wpkhAddress, type BitcoinAddressKind } from '../src/chains/bitcoin/address.ts'
import { connectBitcoin } from '../src/chains/bitcoin/adapter.ts'
import type { SendingWorld } from '../src/chains/contract-sending-world.suite.ts'
import type { Sending } from '../src/chains/sandbox-node.ts'
import { units } from '../src/money/units.ts'
import { systemClock } from '../src/shell/clock.ts'
import { regtestSending, senderOf } from './bitcoin-sending-world.ts'
import { optionsFor, regtestAbilities } from './bitcoin-world.ts'
import { startBitcoind, stopBitcoind, type Bitcoind } from './bitcoind.ts'
import { openLine } from './broken-line.ts'

const PAYER = faucetKey('payer')
const STRANGER = faucetKey('stranger')

/** Blocks that pay the payer; a hundred more make the last of them ripe. */
const REWARDED = 200
const UNRIPE = 100
const SATOSHI = 100_000_000n

const Coins = z.object({
  unspents: z.array(
    z.object({ txid: z.string(), vout: z.number(), amount: z.number(), height: z.number() }),
  ),
})

type Base = Readonly<{ directory: string; coins: readonly FaucetCoin[] }>

let prepared: Promise<Base> | undefined

/** The chain that worlds begin with, made once per process. */
async function prepare(binary: string): Promise<Base> {
  const node = await startBitcoind(binary)
  await node.ask('generatetoaddress', REWARDED, addressOfOutput(PAYER.script))
  await node.ask('generatetoaddress', UNRIPE, freshAddress())
  const descriptor = `addr(${addressOfOutput(PAYER.script) ?? ''})`
  const { unspents } = Coins.parse(await node.ask('scantxoutset', 'start', [descriptor]))
  await stopBitcoind(node)
  const coins = unspents.map(({ txid, vout: index, amount }) => ({
    ...{ txid, index },
    // Rewards are whole hundredths of a coin.
    value: (BigInt(Math.round(amount * 100)) * SATOSHI) / 100n,
  }))
  return { directory: node.directory, coins }
}

const freshAddress = (): string => p2wpkhAddress(randomBytes(20), 'regtest')

/** A chain on a real node, which can be asked past the adapter. */
export type BitcoindWorld = SendingWorld & Pick<Bitcoind, 'ask'> & Readonly<{ url: string }>

/** Starts a world on a real node, on which coins of ours are sent too. */
export async function startBitcoindWorld(
  binary: string,
  kind: BitcoinAddressKind,
): Promise<BitcoindWorld> {
  const base = await (prepared ??= prepare(binary))
  const node = await startBitcoind(binary, base.directory)
  const line = await openLine(node.port)
  const secret = `${node.user}:${encodeURIComponent(node.password)}`
  const url = `http://${secret}@127.0.0.1:${line.port}`
  const options = { ...optionsFor(url), addressKind: kind }
  const connect = () => connectBitcoin({ clock: systemClock }, options)
  const play = playOn(node, base.coins)
  const { adapter, sender } = connect()
  return {
    ...regtestAbilities,
    ...regtestSending(kind),
    ...play,
    ...{ url, ask: node.ask },
    adapter,
    sender: senderOf({ sender }),
    reopen: () => Promise.resolve(connect().adapter),
    // All that was ever mined here is less than the stand-in gives away.
    unitsMax: units(1_000n * SATOSHI),
    fund: async (to, asset, amount) => {
      await play.send('normal', [{ to, asset, units: amount }])
      await play.mine(1)
    },
    halt: (halted) => Promise.resolve(line.halt(halted)),
    loseAnswers: (lost) => Promise.resolve(line.loseAnswers(lost)),
    [Symbol.asyncDispose]: async () => {
      await line[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    },
  }
}

type Play = Pick<SendingWorld, 'send' | 'mine' | 'reorg' | 'drop' | 'replace'>

function playOn(node: Bitcoind, coins: readonly FaucetCoin[]): Play {
  const left = coins.toSorted((a, b) => (a.value > b.value ? -1 : 1))
  const hand = async (transaction: Transaction): Promise<string> =>
    z.string().parse(await node.ask('sendrawtransaction', transaction.toHex(), 0))
  const mine = async (blocks: number): Promise<void> =>
    void (await node.ask('generatetoaddress', blocks, freshAddress()))
  const waiting = async () =>
    rawOf(node, z.array(z.string()).parse(await node.ask('getrawmempool')))
  const restartWith = async (transactions: readonly Transaction[], drop: readonly string[]) => {
    const gone = new Set(drop)
    await node.restart()
    for (const one of transactions) {
      const parents = spentBy(one).map((name) => name.slice(0, 64))
      if ([one.getId(), ...parents].some((txid) => gone.has(txid))) gone.add(one.getId())
      else await hand(one)
    }
  }
  return {
    mine,
    send: (kind, sendings) =>
      hand(signPayment({ key: PAYER, ...planFor(left, sendings), replaceable: kind !== 'normal' })),
    drop: async (txHash) => restartWith(await waiting(), [txHash]),
    reorg: async (depth, drop) => {
      const before = await waiting()
      const undone = await transactionsAbove(node, depth)
      if (drop.length > 0) await restartWith([...undone, ...before], drop)
      await mine(depth)
    },
    replace: async (txHash) => {
      const [stuck] = await rawOf(node, [txHash])
      const names = stuck === undefined ? [] : spentBy(stuck)
      const spent = coins.filter((one) => names.includes(outpoint(one.txid, one.index)))
      const outputs = [{ script: STRANGER.script, value: 10_000n }]
      const fee = 20_000n
      await hand(signPayment({ key: PAYER, coins: spent, outputs, fee, replaceable: true }))
    },
  }
}

/** Takes as many coins as pay for it; each is used once. */
function planFor(left: FaucetCoin[], sendings: readonly Sending[]) {
  const outputs = sendings.map(({ to, units: value }) => ({ script: scriptOfAddress(to), value }))
  const due = outputs.reduce((sum, one) => sum + one.value, 0n)
  const coins: FaucetCoin[] = []
  for (;;) {
    const fee = 1_000n + 200n * BigInt(coins.length)
    if (coins.reduce((sum, one) => sum + one.value, 0n) > due + fee) return { coins, outputs, fee }
    const next = left.pop()
    if (next === undefined) throw new Error('the chain has no more coins to play with')
    coins.push(next)
  }
}

const rawOf = (node: Bitcoind, txids: readonly string[]): Promise<readonly Transaction[]> =>
  Promise.all(
    txids.map(async (txid) =>
      Transaction.fromHex(z.string().parse(await node.ask('getrawtransaction', txid))),
    ),
  )

const BlockHex = z.object({ tx: z.array(z.object({ hex: z.string() })) })

/** Takes the last blocks off the chain. @returns what they held */
async function transactionsAbove(node: Bitcoind, depth: number): Promise<readonly Transaction[]> {
  const tip = z.number().parse(await node.ask('getblockcount'))
  const held: Transaction[] = []
  for (let height = tip + 1 - depth; height <= tip; height += 1) {
    const hash = await node.ask('getblockhash', height)
    const { tx } = BlockHex.parse(await node.ask('getblock', hash, 2))
    held.push(...tx.slice(1).map((one) => Transaction.fromHex(one.hex)))
  }
  await node.ask('invalidateblock', await node.ask('getblockhash', tip + 1 - depth))
  return held
}
