import { createHash } from 'node:crypto'
import { getBase58Decoder, type EncodedAccount } from '@solana/kit'
import { executeAndRecord, type Executed, type Sent } from './records.ts'
import type { Runtime } from './runtime.ts'
import { isUnpayable } from './transaction-error.ts'

/** A block of the best chain. */
export type Block = Readonly<{
  slot: number
  /** How many blocks are below it; skipped slots have none. */
  height: number
  parentSlot: number
  hash: string
  previousHash: string
  /** Unix time in seconds. */
  time: number
  executed: readonly Executed[]
}>

/** How sure a block is. */
export type Commitment = 'processed' | 'confirmed' | 'finalized'

/** A transaction with the block that holds it. */
export type Placed = Readonly<{ block: Block; executed: Executed }>

/** Blocks above the runtime, and what waits for one. */
export type Ledger = Readonly<{
  runtime: Runtime
  genesisHash: string
  /** The newest block that is as sure as this. */
  tip: (commitment: Commitment) => Block
  blockAt: (slot: number) => Block | undefined
  /** Every block from a slot on, in order. */
  blocksFrom: (slot: number) => readonly Block[]
  find: (signature: string) => Placed | undefined
  /** Whether a transaction on this blockhash may go into the block after `tip`. */
  isRecent: (blockhash: string, tip: Block) => boolean
  waiting: () => readonly Sent[]
  submit: (sent: Sent) => void
  /** Forgets a transaction that waits. */
  drop: (signature: string) => void
  /** Makes so many blocks; the first takes what waits and is still recent. */
  mine: (blocks: number) => void
  /** Lets slots pass in which no leader makes a block. */
  skip: (slots: number) => void
  /** Replaces the last blocks by as many others; what they held waits again, except `drop`. */
  reorg: (depth: number, drop: readonly string[]) => void
}>

/** How far behind the newest block the surer ones are, in blocks. */
export type Lag = Readonly<{ confirmed: number; finalized: number }>

/** Transactions last for so many blocks after the one of their blockhash. */
export const BLOCKHASH_BLOCKS = 150

const FIRST_SLOT = 40
const FIRST_TIME = 1_790_000_000
const SLOTS_PER_SECOND = 2.5

/** Begins a chain on a fresh runtime: a first block, and some more after it. */
export function startLedger(runtime: Runtime, lag: Lag): Ledger {
  let blocks: readonly Block[] = []
  let waiting: readonly Sent[] = []
  let nextSlot = 0
  let forks = 0

  const last = (): Block => {
    const block = blocks.at(-1)
    if (block === undefined) throw new Error('a ledger has its first block')
    return block
  }
  const tip = (commitment: Commitment): Block => {
    const behind = commitment === 'processed' ? 0 : lag[commitment]
    return blocks[Math.max(0, blocks.length - 1 - behind)] ?? last()
  }
  const isRecent = (blockhash: string, at: Block): boolean => {
    const of = blocks.find((one) => one.hash === blockhash)
    return (
      of !== undefined && of.height <= at.height && at.height + 1 - of.height <= BLOCKHASH_BLOCKS
    )
  }
  const find = (signature: string): Placed | undefined => {
    for (const block of blocks) {
      const executed = block.executed.find((one) => one.sent.signature === signature)
      if (executed !== undefined) return { block, executed }
    }
    return undefined
  }
  const append = (): void => {
    const parent = blocks.at(-1)
    const slot = nextSlot
    runtime.moveTo(BigInt(slot))
    const taken =
      parent === undefined ? [] : waiting.filter((one) => isRecent(one.blockhash, parent))
    waiting = []
    const executed = taken
      .filter((one) => find(one.signature) === undefined)
      .map((one) => executeAndRecord(runtime, one))
      .filter(({ execution: { error } }) => error === undefined || !isUnpayable(error))
    const previousHash = parent?.hash ?? hashOf('nothing')
    const hash = hashOf(
      `${previousHash} ${slot} ${forks} ${executed.map((one) => one.sent.signature).join()}`,
    )
    const time = FIRST_TIME + Math.floor(slot / SLOTS_PER_SECOND)
    const place = { slot, height: blocks.length, parentSlot: parent?.slot ?? 0, time }
    blocks = [...blocks, { ...place, hash, previousHash, executed }]
    nextSlot = slot + 1
  }
  const mine = (count: number): void => {
    for (let made = 0; made < count; made += 1) append()
  }

  mine(FIRST_SLOT)
  return {
    runtime,
    genesisHash: blocks[0]?.hash ?? '',
    tip,
    blockAt: (slot) => blocks.find((one) => one.slot === slot),
    blocksFrom: (slot) => blocks.filter((one) => one.slot >= slot),
    find,
    isRecent,
    waiting: () => waiting,
    submit: (sent) => {
      const isKnown = waiting.some((one) => one.signature === sent.signature)
      if (!isKnown && find(sent.signature) === undefined) waiting = [...waiting, sent]
    },
    drop: (signature) => {
      waiting = waiting.filter((one) => one.signature !== signature)
    },
    mine,
    skip: (slots) => {
      nextSlot += slots
    },
    reorg: (depth, drop) => {
      const kept = blocks.slice(0, blocks.length - depth)
      const lost = blocks.slice(kept.length).flatMap((block) => block.executed)
      if (kept.length <= tip('finalized').height) throw new Error('final blocks stay')
      runtime.set(undone(lost))
      blocks = kept
      nextSlot = last().slot + 1
      forks += 1
      waiting = [...lost.map((one) => one.sent), ...waiting]
      waiting = waiting.filter((one) => !drop.includes(one.signature))
      mine(depth)
    },
  }
}

/** The accounts as they were before the first of these transactions that touched each. */
function undone(lost: readonly Executed[]): Iterable<EncodedAccount> {
  return new Map(lost.toReversed().flatMap((one) => [...one.before])).values()
}

const hashOf = (text: string): string =>
  getBase58Decoder().decode(createHash('sha256').update(text).digest())
