import type { Block, Transaction } from 'bitcoinjs-lib'
import { GENESIS, mineBlock, subsidyAt } from './blocks.ts'
import { madeBy, outpoint, spentBy, type Coin, type Coins } from './coins.ts'
import { conflictsOf, judge, withDescendants, type Pool, type Verdict } from './pool.ts'
import { checkSpend } from './spend-check.ts'

/** A block with its place, and the coins that each of its transactions spent. */
export type Stored = Readonly<{
  block: Block
  hash: string
  height: number
  spent: readonly (readonly Coin[])[]
}>

/** Everything that one node knows. */
export type Chain = {
  /** Every block ever seen, those of left branches too. */
  readonly blocks: Map<string, Stored>
  /** The best chain by height. */
  readonly active: Stored[]
  readonly coins: Coins
  readonly pool: Pool
  /** Where the transactions of the best chain are. */
  readonly places: Map<string, Stored>
  /** Sets blocks apart that hold the same. */
  extra: number
}

/** What a miner puts into a block: absent transactions are all that wait. */
export type MinePlan = Readonly<{
  payTo: Uint8Array
  transactions?: readonly Transaction[]
}>

/** What the first block pays, besides what is due: on this chain it may. */
export type Premine = readonly Readonly<{ script: Uint8Array; value: bigint }>[]

/** A chain of the genesis block, which is spent by nobody, and one that makes coins to play with. */
export function createChain(premine: Premine): Chain {
  const chain: Chain = {
    blocks: new Map(),
    active: [],
    coins: new Map(),
    pool: new Map(),
    places: new Map(),
    extra: 0,
  }
  // The first coins of all stand in no node's set: they can never be spent.
  const genesis = { block: GENESIS, hash: GENESIS.getId(), height: 0, spent: [] }
  chain.blocks.set(genesis.hash, genesis)
  chain.active.push(genesis)
  const facts = { parent: GENESIS, height: 1, transactions: [], extra: 0 }
  connect(chain, mineBlock({ ...facts, rewards: premine }))
  return chain
}

/** The same chain once more, to be played otherwise. */
export const copyChain = (chain: Chain): Chain => ({
  blocks: new Map(chain.blocks),
  active: [...chain.active],
  coins: new Map(chain.coins),
  pool: new Map(chain.pool),
  places: new Map(chain.places),
  extra: chain.extra,
})

/** The newest block. */
export function tipOf({ active }: Chain): Stored {
  const tip = active.at(-1)
  if (tip === undefined) throw new Error('a chain has a block')
  return tip
}

function taken(coins: Coins, name: string): Coin {
  const coin = coins.get(name)
  if (coin === undefined) throw new Error(`${name} is no coin of this chain`)
  return coin
}

function connect(chain: Chain, block: Block): Stored {
  const height = chain.active.length
  const spent: (readonly Coin[])[] = []
  const transactions = block.transactions ?? []
  for (const transaction of transactions) {
    const names = transaction.isCoinbase() ? [] : spentBy(transaction)
    spent.push(names.map((name) => taken(chain.coins, name)))
    for (const name of names) chain.coins.delete(name)
    for (const coin of madeBy(transaction, height)) {
      chain.coins.set(outpoint(coin.txid, coin.index), coin)
    }
  }
  const stored = { block, hash: block.getId(), height, spent }
  chain.blocks.set(stored.hash, stored)
  chain.active.push(stored)
  for (const transaction of transactions) {
    const txid = transaction.getId()
    chain.places.set(txid, stored)
    chain.pool.delete(txid)
    for (const one of conflictsOf(chain.pool, transaction)) forget(chain, one)
  }
  return stored
}

/** Takes a transaction out of the mempool, with everything that waits for it. */
export function forget({ pool }: Chain, txid: string): void {
  for (const one of withDescendants(pool, txid)) pool.delete(one)
}

/** Hands a transaction to the node. @param relays whether policy counts beside consensus */
export function submit(chain: Chain, transaction: Transaction, relays: boolean): Verdict {
  const verdict = judge({ ...chain, height: chain.active.length }, transaction, relays)
  if (verdict.kind === 'taken') {
    for (const one of verdict.replaced) chain.pool.delete(one)
    chain.pool.set(verdict.waiting.txid, verdict.waiting)
  }
  return verdict
}

/** Mines one block on the tip. @throws when a transaction cannot be in it */
export function mine(chain: Chain, { payTo, transactions }: MinePlan): Stored {
  const height = chain.active.length
  const chosen = transactions ?? [...chain.pool.values()].map((one) => one.transaction)
  const fees = feesOf(chain, chosen)
  chain.extra += 1
  const rewards = [{ script: payTo, value: subsidyAt(height) + fees }]
  const { block: parent } = tipOf(chain)
  const plan = { parent, height, transactions: chosen, rewards, extra: chain.extra }
  return connect(chain, mineBlock(plan))
}

function feesOf(chain: Chain, transactions: readonly Transaction[]): bigint {
  const height = chain.active.length
  const made = new Map<string, Coin>()
  const spent = new Set<string>()
  let fees = 0n
  for (const transaction of transactions) {
    const coinOf = (name: string): Coin | undefined =>
      spent.has(name) ? undefined : (made.get(name) ?? chain.coins.get(name))
    const check = checkSpend(transaction, coinOf, height)
    if (check.kind === 'refused') throw new Error(`TestBlockValidity failed: ${check.message}`)
    fees += check.fee
    for (const name of spentBy(transaction)) spent.add(name)
    for (const coin of madeBy(transaction, height)) made.set(outpoint(coin.txid, coin.index), coin)
  }
  return fees
}

/** Takes blocks off the best chain down to a height; their transactions wait again. */
export function cutBack(chain: Chain, height: number): void {
  const returning: Transaction[] = []
  while (chain.active.length - 1 > height) returning.unshift(...disconnect(chain))
  const waiting = [...chain.pool.values()].map((one) => one.transaction)
  chain.pool.clear()
  for (const transaction of [...returning, ...waiting]) submit(chain, transaction, false)
}

function disconnect(chain: Chain): readonly Transaction[] {
  const tip = tipOf(chain)
  chain.active.pop()
  const transactions = tip.block.transactions ?? []
  for (const [index, transaction] of [...transactions.entries()].reverse()) {
    for (const { txid, index: place } of madeBy(transaction, tip.height)) {
      chain.coins.delete(outpoint(txid, place))
    }
    for (const coin of tip.spent[index] ?? [])
      chain.coins.set(outpoint(coin.txid, coin.index), coin)
    chain.places.delete(transaction.getId())
  }
  return transactions.filter((one) => !one.isCoinbase())
}
