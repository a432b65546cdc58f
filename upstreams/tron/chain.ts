import { createHash } from 'node:crypto'
import {
  billNet,
  execute,
  problemOf,
  type Executed,
  type Executor,
  type Refusal,
} from './execution.ts'
import type { ChainState } from './state.ts'
import { isSigned, readSent, type Sent } from './transaction.ts'

/** A block of the best chain. */
export type TronBlock = Readonly<{
  number: number
  id: string
  parentId: string
  timeMs: number
  witness: string
  executed: readonly Executed[]
  state: ChainState
}>

/** What becomes of a broadcast. */
export type BroadcastAnswer = Readonly<{ txId: string }> &
  (Readonly<{ kind: 'taken' }> | (Readonly<{ kind: 'refused' }> & Refusal))

/** The chain: its blocks, and what waits. */
export type TronChain = Executor &
  Readonly<{
    /** Looks at the chain while nothing changes it. */
    look: <Result>(work: () => Promise<Result>) => Promise<Result>
    blocks: () => readonly TronBlock[]
    head: () => TronBlock
    /** The newest block that no fork takes back. */
    solid: () => TronBlock
    pending: () => readonly Sent[]
    /** @returns undefined when these are no bytes of a transaction */
    broadcast: (hex: string) => Promise<BroadcastAnswer | undefined>
    mine: (blocks: number) => Promise<void>
    /** Replaces the last blocks by as many of another witness. */
    reorg: (depth: number, drop: readonly string[]) => Promise<void>
    drop: (txId: string) => void
    /** The next block comes so much later. */
    passTime: (ms: number) => void
    /** Changes what the chain knows beside balances, from the newest block on. */
    change: (change: (state: ChainState) => ChainState) => void
  }>

/** How a chain begins. */
export type Genesis = Readonly<{
  state: ChainState
  /** The last four bytes of the first block's id. */
  mark: string
  /** How many blocks the solidified one is behind the newest. */
  solidDistance: number
}>

const BLOCK_MS = 3_000
const START_MS = 1_750_000_000_000
const VALID_MS_MAX = 86_400_000
const TAPOS_BLOCKS = 65_536

/** Begins a chain with its first block. */
export function createChain(executor: Executor, genesis: Genesis): TronChain {
  let blocks: readonly [TronBlock, ...TronBlock[]] = [firstBlock(genesis)]
  let pending: readonly Sent[] = []
  let laterMs = 0
  let fork = 0
  const head = (): TronBlock => blocks.at(-1) ?? blocks[0]

  const refusalOf = async (sent: Sent): Promise<Refusal | undefined> => {
    const { deed } = sent
    const known = refusal('DUP_TRANSACTION_ERROR', 'Dup transaction.')
    if (pending.some(({ txId }) => txId === sent.txId)) return known
    if (!isSigned(sent)) return refusal('SIGERROR', 'Validate signature error: it is not signed')
    const late = timing(blocks, sent)
    if (late !== undefined) return late
    // Last, as nodes do: one that was mined long ago is refused for its time.
    if (isMined(blocks, sent)) return known
    const { state, timeMs: nowMs } = head()
    const spent = pending.filter((one) => one.deed.owner === deed.owner)
    const promised = spent.reduce((sum, one) => sum + one.deed.sun, 0n)
    const balance = (await executor.tvm.balance(deed.owner)) - promised
    const bill = billNet(executor, state, { sent, nowMs, balance })
    if (bill === undefined) return refusal('BANDWITH_ERROR', 'Account resource insufficient error.')
    return problemOf(executor, state, { ...sent, balance: balance - bill.feeSun })
  }

  const mineOne = async (): Promise<void> => {
    const parent = head()
    const timeMs = parent.timeMs + BLOCK_MS + laterMs
    laterMs = 0
    const executed: Executed[] = []
    let { state } = parent
    for (const sent of pending) {
      if (isMined(blocks, sent) || timing(blocks, sent) !== undefined) continue
      const done = await execute(executor, state, { sent, nowMs: timeMs })
      if (done === undefined) continue
      executed.push(done.executed)
      state = done.state
    }
    pending = []
    const tvmHeight = executed.length > 0 ? await executor.tvm.seal() : state.tvmHeight
    const content = { parentId: parent.id, timeMs, witness: `witness ${fork}`, executed }
    blocks = [...blocks, block(parent.number + 1, { ...content, state: { ...state, tvmHeight } })]
  }

  const inTurn = takingTurns()
  return {
    ...executor,
    look: inTurn,
    blocks: () => blocks,
    head,
    solid: () => blocks[Math.max(0, blocks.length - 1 - genesis.solidDistance)] ?? blocks[0],
    pending: () => pending,
    broadcast: (hex) =>
      inTurn(async () => {
        const sent = readSent(hex)
        if (sent === undefined) return undefined
        const refused = await refusalOf(sent)
        if (refused !== undefined) return { kind: 'refused', txId: sent.txId, ...refused }
        pending = [...pending, sent]
        return { kind: 'taken', txId: sent.txId }
      }),
    mine: (count) =>
      inTurn(async () => {
        for (let done = 0; done < count; done += 1) await mineOne()
      }),
    reorg: (depth, drop) =>
      inTurn(async () => {
        const [first, ...rest] = blocks
        const kept = rest.length - depth
        if (kept < 0) throw new RangeError('the first block stays')
        const gone = rest.slice(kept).flatMap((one) => one.executed.map(({ sent }) => sent))
        blocks = [first, ...rest.slice(0, kept)]
        await executor.tvm.rollBackTo(head().state.tvmHeight)
        pending = [...gone, ...pending].filter(({ txId }) => !drop.includes(txId))
        fork += 1
        for (let done = 0; done < depth; done += 1) await mineOne()
      }),
    drop: (txId) => (pending = pending.filter((one) => one.txId !== txId)),
    passTime: (ms) => (laterMs += ms),
    change: (change) => {
      const [first, ...rest] = blocks
      const top = head()
      const changed = { ...top, state: change(top.state) }
      blocks = rest.length === 0 ? [changed] : [first, ...rest.slice(0, -1), changed]
    },
  }
}

/** Runs works one after the other: each sees what the one before has done. */
function takingTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = before.then(work)
    before = result.catch(() => undefined)
    return result
  }
}

const refusal = (code: string, message: string): Refusal => ({ code, message })

const isMined = (blocks: readonly TronBlock[], { txId }: Sent): boolean =>
  blocks.some((one) => one.executed.some(({ sent }) => sent.txId === txId))

/** Whether a transaction stands on a block of this chain, and may still come into the next one. */
function timing(blocks: readonly TronBlock[], { raw }: Sent): Refusal | undefined {
  const reachable = blocks.slice(-TAPOS_BLOCKS)
  const stands = reachable.some(({ id }) => {
    const matches = id.slice(12, 16) === raw.ref_block_bytes.toLowerCase()
    return matches && id.slice(16, 32) === raw.ref_block_hash.toLowerCase()
  })
  if (!stands) return refusal('TAPOS_ERROR', 'Tapos check error.')
  const headMs = blocks.at(-1)?.timeMs ?? 0
  if (raw.expiration > headMs && raw.expiration <= headMs + VALID_MS_MAX) return undefined
  return refusal('TRANSACTION_EXPIRATION_ERROR', 'Transaction expired')
}

type Content = Pick<TronBlock, 'parentId' | 'timeMs' | 'witness' | 'executed' | 'state'>

/** A block's id begins with its number; the rest is a hash of all that makes it another one. */
function block(number: number, content: Content): TronBlock {
  const { parentId, timeMs, witness, executed } = content
  const names = executed.map(({ sent }) => sent.txId)
  const text = JSON.stringify([number, parentId, timeMs, witness, names])
  const hash = createHash('sha256').update(text).digest('hex')
  return { ...content, number, id: number.toString(16).padStart(16, '0') + hash.slice(16) }
}

function firstBlock({ state, mark }: Genesis): TronBlock {
  const nobody = { parentId: '0'.repeat(64), timeMs: START_MS, witness: 'nobody', executed: [] }
  const first = block(0, { ...nobody, state })
  return { ...first, id: first.id.slice(0, -mark.length) + mark }
}
