/** How many questions wait for one node's answers at the same time, at most. */
const AT_ONCE_MAX = 8

/** Answers in the order of the items; after a failure no further item is begun. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>()
  const queue = items.entries()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const [position, item] of queue) {
      if (failed) return
      results.set(position, await work(item))
    }
  }
  const workers = Array.from({ length: AT_ONCE_MAX }, () =>
    worker().catch((error: unknown) => {
      failed = true
      throw error
    }),
  )
  await Promise.all(workers)
  return Array.from(results)
    .sort(([a], [b]) => a - b)
    .map(([, result]) => result)
}
