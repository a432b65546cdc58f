import { setImmediate } from 'node:timers/promises'
import { AppError } from '../errors/app-error.ts'
import { sqlState } from '../shell/db.ts'
import { externalKey, type Item } from './decide.ts'
import { holdKey, holdsEndedBy } from './resolve.ts'
import type { PostResult } from './result.ts'

/** Writes a batch, each entry by itself; throws when nothing of it is known to be written. */
export type WriteBatch = (items: readonly Item[]) => Promise<readonly PostResult[]>

/** Gathers what is written at the same time. Disposing waits until nothing is waiting. */
export type BatchWriter = AsyncDisposable & Readonly<{ write: (item: Item) => Promise<PostResult> }>

type Waiting = Readonly<{
  item: Item
  resolve: (result: PostResult) => void
  reject: (error: unknown) => void
}>

/** Most entries, and most transfers, of one batch. */
const ENTRIES_MAX = 500
const TRANSFERS_MAX = 2_000
const WAITING_MAX = 20_000

/**
 * Batches form by themselves: what arrives while a batch is being written is the next one. So one
 * caller alone waits for nobody, and many callers share a statement.
 */
export function createBatchWriter(writeBatch: WriteBatch): BatchWriter {
  let waiting: Waiting[] = []
  let draining: Promise<void> | undefined

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Those who post in this turn of the event loop, many of them since they just got an answer,
      // belong together.
      await setImmediate()
      const { batch, rest } = takeBatch(waiting)
      waiting = rest
      await settle(batch, writeBatch)
    }
    draining = undefined
  }

  return {
    write: (item) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= WAITING_MAX) {
          return reject(new AppError('ledger.overloaded', { waiting: waiting.length }))
        }
        waiting.push({ item, resolve, reject })
        draining ??= drain()
      }),
    [Symbol.asyncDispose]: async () => {
      await draining
    },
  }
}

/**
 * The longest batch from the front. An entry that asks for the same id, or ends the same hold, as
 * one before it in the batch, or ends a hold made in it, waits for the next batch.
 */
export function takeBatch<One extends Readonly<{ item: Item }>>(
  waiting: readonly One[],
): Readonly<{ batch: readonly One[]; rest: One[] }> {
  const batch: One[] = []
  const rest: One[] = []
  const taken = new Set<string>()
  let transfers = 0
  for (const [index, one] of waiting.entries()) {
    const { prepared } = one.item
    const isFull = transfers + prepared.transfers.length > TRANSFERS_MAX
    if (batch.length === ENTRIES_MAX || isFull)
      return { batch, rest: rest.concat(waiting.slice(index)) }
    const keys = keysOf(one.item)
    if (keys.some((key) => taken.has(key))) {
      rest.push(one)
    } else {
      batch.push(one)
      transfers += prepared.transfers.length
    }
    // What waits holds its keys too: two entries of one id are asked in the order they came.
    for (const key of keys) taken.add(key)
  }
  return { batch, rest }
}

function keysOf({ prepared }: Item): readonly string[] {
  const own = externalKey(prepared)
  const ended = holdsEndedBy(prepared)
  if (ended.length === 0) return [own]
  return [
    own,
    ...ended.flatMap((one) => [
      externalKey({ bookId: one.bookId, externalId: one.pending.externalId }),
      holdKey(one),
    ]),
  ]
}

async function settle(batch: readonly Waiting[], writeBatch: WriteBatch): Promise<void> {
  try {
    const results = await writeBatch(batch.map((one) => one.item))
    for (const [index, one] of batch.entries()) {
      const result = results[index]
      if (result === undefined) throw new Error('a batch has a result for every entry')
      one.resolve(result)
    }
  } catch (cause) {
    for (const one of batch) one.reject(connectionWasLost(cause) ? askAgain(one, cause) : cause)
  }
}

const askAgain = (one: Waiting, cause: unknown): AppError =>
  new AppError('ledger.outcome_unknown', { externalId: one.item.prepared.externalId }, { cause })

/** Whether the database went away, so that nobody knows whether the batch was committed. */
function connectionWasLost(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|57P|53)/.test(state)
  const isBug = error instanceof TypeError || error instanceof RangeError
  return error instanceof Error && !isBug
}
