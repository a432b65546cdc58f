/** What became of a message to a server of the developer's. `nobody`: it was not even sent. */
export type Forwarded =
  | Readonly<{ kind: 'answered'; status: number; durationMs: number }>
  | Readonly<{ kind: 'broken' | 'nobody'; reason: string; durationMs: number }>

/** One message. */
export type Outgoing = Readonly<{
  url: URL
  headers: Readonly<Record<string, string>>
  body: string
}>

/** As long as the platform waits. */
const TIMEOUT_MS = 10_000

const NOBODY =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

/** Sends a message once, as the platform does: redirects are an answer, and not followed. */
export async function forward(
  { url, headers, body }: Outgoing,
  signal: AbortSignal,
): Promise<Forwarded> {
  const startedAt = performance.now()
  const durationMs = (): number => Math.round(performance.now() - startedAt)
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Coffer-Events/1', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    })
    await response.body?.cancel()
    return { kind: 'answered', status: response.status, durationMs: durationMs() }
  } catch (error) {
    const reason = timeout.aborted ? `no answer in ${TIMEOUT_MS / 1_000} s` : codeOf(error)
    return { kind: NOBODY.test(reason) ? 'nobody' : 'broken', reason, durationMs: durationMs() }
  }
}

/** The machine's code of a failure of `fetch`, which it keeps in the cause. */
function codeOf(error: unknown): string {
  const inner: unknown = error instanceof Error ? error.cause : undefined
  if (typeof inner === 'object' && inner !== null && 'code' in inner) return String(inner.code)
  return 'the connection broke'
}
