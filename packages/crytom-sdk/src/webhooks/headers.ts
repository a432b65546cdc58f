/** Headers as `fetch` has them, or as Node's `request.headers`. */
export type HeadersLike =
  | Readonly<{ get: (name: string) => string | null }>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** One header's text; absent where it is not there once. @param name in lower case */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (hasGet(headers)) return headers.get(name) ?? undefined
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name)
  const [value] = found.map(([, one]) => one)
  return found.length === 1 && typeof value === 'string' ? value : undefined
}

const hasGet = (
  headers: HeadersLike,
): headers is Readonly<{ get: (name: string) => string | null }> =>
  typeof headers['get'] === 'function'
