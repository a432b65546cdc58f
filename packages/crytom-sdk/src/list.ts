import type { ApiAnswer, Pagination } from './answer.ts'
import { CrytomConnectionError } from './errors.ts'
import type { Query } from './request.ts'

/** One page of a list: an array that knows its place. `for await` over it goes on to the next. */
export type Page<Item> = readonly Item[] &
  Readonly<{ pagination: Pagination }> &
  AsyncIterable<Item>

/**
 * A list: `await` gives its first page, `for await` every object on all pages. Nothing is asked
 * for before.
 */
export type List<Item> = Promise<Page<Item>> & AsyncIterable<Item>

/** Asks for one page. */
export type AskPage<Item> = (query: Query) => Promise<ApiAnswer<readonly Item[]>>

const ITERATION_LIMIT = 100

/** A list of pages that are asked for when they are wanted. */
export function listOf<Item>(ask: AskPage<Item>, query: Query): List<Item> {
  const all = { ...query, limit: query['limit'] ?? ITERATION_LIMIT }
  return lazily(
    async () => pageOf(await ask(query), ask, query),
    () => itemsFrom(ask, all),
  )
}

/** A promise that begins when somebody waits for it, and can be iterated instead. */
export function lazily<Value, Item>(
  begin: () => Promise<Value>,
  iterate: () => AsyncIterator<Item>,
): Promise<Value> & AsyncIterable<Item> {
  let begun: Promise<Value> | undefined
  const first = (): Promise<Value> => (begun ??= begin())
  return {
    then: (onDone, onFailed) => first().then(onDone, onFailed),
    catch: (onFailed) => first().catch(onFailed),
    finally: (onEnd) => first().finally(onEnd),
    [Symbol.toStringTag]: 'Promise',
    [Symbol.asyncIterator]: iterate,
  }
}

function pageOf<Item>(
  answer: ApiAnswer<readonly Item[]>,
  ask: AskPage<Item>,
  query: Query,
): Page<Item> {
  const pagination = answer.pagination ?? {
    page: 1,
    limit: answer.data.length,
    total: answer.data.length,
  }
  const rest = (): AsyncIterator<Item> => itemsFrom(ask, query, answer)
  const page = Object.assign([...answer.data], { pagination, [Symbol.asyncIterator]: rest })
  // Printing a page shows what it holds, and where it stands.
  Object.defineProperty(page, Symbol.asyncIterator, { enumerable: false })
  return page
}

/** @param known the first page, where it is there already */
async function* itemsFrom<Item>(
  ask: AskPage<Item>,
  query: Query,
  known?: ApiAnswer<readonly Item[]>,
): AsyncGenerator<Item, void, undefined> {
  let answer = known ?? (await ask(query))
  let cursor: string | undefined
  for (;;) {
    yield* answer.data
    const next = answer.pagination?.next_cursor
    if (next === undefined) return
    if (next === cursor) throw standingStill()
    cursor = next
    answer = await ask({ ...query, page: undefined, cursor })
  }
}

/** Otherwise a fault of the other side would have us ask the same for ever. */
const standingStill = (): CrytomConnectionError =>
  new CrytomConnectionError({
    code: 'answer_unreadable',
    message: 'The list does not go on: two pages have the same next_cursor.',
    idempotencyKey: undefined,
    outcome: 'unknown',
  })
