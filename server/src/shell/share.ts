/**
 * Calls of one key that come while one is under way share its work and its outcome. Nothing is
 * kept after that.
 *
 * @param work does it, on what the calls name, such as a pool
 * @param keyOf tells which calls are the same
 */
export function shareOn<On extends object, Item, Result>(
  work: (on: On, item: Item) => Promise<Result>,
  keyOf: (item: Item) => string,
): (on: On, item: Item) => Promise<Result> {
  const underWay = new WeakMap<On, Map<string, Promise<Result>>>()
  return (on, item) => {
    const works = underWay.get(on) ?? new Map<string, Promise<Result>>()
    underWay.set(on, works)
    const key = keyOf(item)
    const known = works.get(key)
    if (known !== undefined) return known
    const result = work(on, item).finally(() => works.delete(key))
    works.set(key, result)
    return result
  }
}
