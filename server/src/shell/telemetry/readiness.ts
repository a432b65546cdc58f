import type { Clock } from '../clock.ts'

/** One thing that a process needs. `problem`: what is wrong, for strangers' eyes; it may throw. */
export type ReadyCheck = Readonly<{
  /** What is said when it throws, or does not answer in time. */
  silent: string
  problem: () => Promise<string | undefined>
}>

/** Why a process cannot do its work now; empty: it can. */
export type Readiness = () => Promise<readonly string[]>

const TIMEOUT_MS = 2_000
/** Anybody may ask: the database and the signer are asked once a second at most. */
const REMEMBERED_MS = 1_000

/** Asks all that is needed, side by side. */
export function createReadiness(
  ctx: Readonly<{ clock: Clock }>,
  checks: readonly ReadyCheck[],
): Readiness {
  let last: Readonly<{ at: number; reasons: Promise<readonly string[]> }> | undefined
  return () => {
    const now = ctx.clock.now()
    if (last !== undefined && Math.abs(now - last.at) < REMEMBERED_MS) return last.reasons
    const asked = Promise.all(checks.map((one) => ask(ctx, one)))
    last = { at: now, reasons: asked.then((all) => all.flatMap((one) => one ?? [])) }
    return last.reasons
  }
}

async function ask(
  { clock }: Readonly<{ clock: Clock }>,
  { silent, problem }: ReadyCheck,
): Promise<string | undefined> {
  const over = new AbortController()
  const late = clock.sleep(TIMEOUT_MS, over.signal).then(() => silent)
  try {
    return await Promise.race([problem().catch(() => silent), late])
  } finally {
    over.abort()
  }
}

/** What `/readyz` says, as JSON text. */
export const readyText = (reasons: readonly string[]): string =>
  JSON.stringify(reasons.length === 0 ? { status: 'ready' } : { status: 'unready', reasons })
