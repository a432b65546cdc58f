import type { BookChain } from '../../src/chains/contract-book-chain.ts'
import type { ChainSender } from '../../src/chains/contract-sending.ts'
import type { ChainAdapter } from '../../src/chains/contract.ts'
import type { Chains } from '../../src/custody/chains.ts'
import type { Signer } from '../../src/custody/signer.client.ts'
import type { Db, Queryable } from '../../src/shell/db.ts'

/**
 * The calls that one payout's work makes to the world outside of its process, in order: each is a
 * step. Before one of them the work can be held; then its process is killed, or stands still for
 * longer than its claim lasts. What stands outside is the same after a step and before the next
 * one, so that "before" is all there is.
 */
export type Steps = Readonly<{
  /** @param changes whether something stands differently outside when it is done */
  take: <Value>(name: string, work: () => Promise<Value>, changes?: 'changes') => Promise<Value>
  /** How many were counted. */
  count: () => number
  /** Resolves when the work is held, with the name of the step that it was about to take. */
  held: Promise<string>
  /** Lets the work go on. */
  release: () => void
}>

/** Which steps are counted: every one, or the first and each that comes after a change. */
export type Counted = 'every step' | 'changes'

/** @param holdBefore the step before which the work is held, from 1; absent: never */
export function countSteps(counted: Counted, holdBefore: number | undefined): Steps {
  const held = Promise.withResolvers<string>()
  const released = Promise.withResolvers<void>()
  let [count, isChanged] = [0, true]
  return {
    take: async (name, work, changes) => {
      // Work side by side stands still together.
      if (count !== holdBefore && (isChanged || counted === 'every step')) count += 1
      isChanged = false
      if (count === holdBefore) {
        held.resolve(name)
        await released.promise
      }
      const value = await work()
      if (changes !== undefined) isChanged = true
      return value
    },
    count: () => count,
    held: held.promise,
    release: () => {
      released.resolve()
    },
  }
}

const WORDS = 5

const nameOf = (sql: string): string =>
  sql.trim().split(/\s+/).slice(0, WORDS).join(' ').toLowerCase()

/** A database each of whose statements is a step, `begin` and `commit` among them. */
export function steppedDb(db: Db, { take }: Steps): Db {
  const on = (queryable: Queryable, changing: RegExp): Queryable => {
    const step = <Value>(sql: string, work: () => Promise<Value>): Promise<Value> =>
      take(nameOf(sql), work, changing.test(sql.trim()) ? 'changes' : undefined)
    return {
      query: <Row extends object>(sql: string, params?: readonly unknown[]) =>
        step(sql, () => queryable.query<Row>(sql, params)),
      script: (sql) => step(sql, () => queryable.script(sql)),
    }
  }
  return {
    ...on(db, /^(insert|update|delete|with)\b/),
    // In a dbTx nothing is changed before it is committed.
    withConnection: (work) => db.withConnection((connection) => work(on(connection, /^commit/))),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Chains each question to whose nodes is a step. */
export function steppedChains(chains: Chains, steps: Steps): Chains {
  const wrap = (chain: BookChain): BookChain => ({
    ...chain,
    adapter: steppedAdapter(chain.adapter, steps),
    sender: chain.sender === undefined ? undefined : steppedSender(chain.sender, steps),
  })
  return {
    of: (book, id) => {
      const chain = chains.of(book, id)
      return chain === undefined ? undefined : wrap(chain)
    },
    list: (book) => chains.list(book).map(wrap),
  }
}

const steppedAdapter = (adapter: ChainAdapter, { take }: Steps): ChainAdapter => ({
  ...adapter,
  tips: () => take('tips', () => adapter.tips()),
  blockAt: (height) => take('blockAt', () => adapter.blockAt(height)),
  balanceOf: (address, asset, height) =>
    take('balanceOf', () => adapter.balanceOf(address, asset, height)),
})

const steppedSender = (sender: ChainSender, { take }: Steps): ChainSender => ({
  ...sender,
  estimate: (request) => take('estimate', () => sender.estimate(request)),
  usual: (asset, speed) => take('usual', () => sender.usual(asset, speed)),
  build: (request) => take('build', () => sender.build(request)),
  bump: (stuck, request) => take('bump', () => sender.bump(stuck, request)),
  broadcast: (signed) => take('broadcast', () => sender.broadcast(signed), 'changes'),
  lookUp: (txHash, slots) => take('lookUp', () => sender.lookUp(txHash, slots)),
  slotState: (slot) => take('slotState', () => sender.slotState(slot)),
})

/** A signer each question to which is a step. */
export const steppedSigner = (signer: Signer, { take }: Steps): Signer => ({
  hello: () => take('signer hello', () => signer.hello()),
  xpub: (family, account) => take('signer xpub', () => signer.xpub(family, account)),
  addresses: (family, wanted) => take('signer addresses', () => signer.addresses(family, wanted)),
  signed: (intents) => take('signed', () => signer.signed(intents)),
  sign: (request) => take('sign', () => signer.sign(request), 'changes'),
})
