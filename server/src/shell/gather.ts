/** Hands one item to the next batch; resolves to that item's own result. */
export type Gather<Item, Result> = (item: Item) => Promise<Result>

type Waiting<Item, Result> = Readonly<{
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}>

/**
 * Gathers calls into batches without a timer: what arrives while a batch is worked on, and what
 * arrives in the same turn of the event loop, is the next batch. Alone, a call does not wait.
 *
 * @param work gives one result per item, in order; when it throws, all of its items do
 * @param options batchMax: items of one batch at most; lanes: batches that are worked on side by
 *        side at most, 1 by default
 */
export function gather<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  options: Readonly<{ batchMax: number; lanes?: number }>,
): Gather<Item, Result> {
  const lanes = options.lanes ?? 1
  let waiting: Waiting<Item, Result>[] = []
  let busy = 0
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, options.batchMax)
      waiting = waiting.slice(options.batchMax)
      await settle(batch, work)
    }
    busy -= 1
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (busy >= lanes) return
      busy += 1
      setImmediate(() => void run())
    })
}

/**
 * The same for calls that each name what they are done on, such as a pool or a dbTx: those on one
 * are gathered. Works that share a dbTx and stand at the same step are so served by one statement;
 * each must await its call before the dbTx ends.
 */
export function gatherOn<On extends object, Item, Result>(
  work: (on: On, items: readonly Item[]) => Promise<readonly Result[]>,
  options: Readonly<{ batchMax: number; lanes?: number }>,
): (on: On, item: Item) => Promise<Result> {
  const gathers = new WeakMap<On, Gather<Item, Result>>()
  return (on, item) => {
    const known = gathers.get(on)
    if (known !== undefined) return known(item)
    const own = gather((items: readonly Item[]) => work(on, items), options)
    gathers.set(on, own)
    return own(item)
  }
}

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await work(batch.map((one) => one.item))
    if (results.length !== batch.length) throw new Error('a batch must give one result per item')
    results.forEach((result, index) => batch[index]?.resolve(result))
  } catch (error) {
    for (const one of batch) one.reject(error)
  }
}
