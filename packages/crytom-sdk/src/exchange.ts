import { answerOf, refusalOf, type ApiAnswer } from './answer.ts'
import { attempt, type Failed, type Received } from './attempt.ts'
import { CrytomConnectionError, type CrytomError } from './errors.ts'
import { timestampsOf, type Machine } from './machine.ts'
import { prepare, type ApiRequest, type Prepared } from './request.ts'
import { afterAttempt, retryAfterMs } from './retry.ts'
import type { Settings } from './settings.ts'

/** Sends requests, and repeats them where that may help and cannot harm. */
export type Exchange = <Data = unknown>(request: ApiRequest) => Promise<ApiAnswer<Data>>

/** Each attempt is signed anew; key, path and body are the same in all. */
export function createExchange(settings: Settings, machine: Machine): Exchange {
  const timestamps = timestampsOf(machine)
  return async <Data>(request: ApiRequest) => {
    const prepared = prepare(settings, request)
    let corrected = false
    let lost = false
    for (let retries = 0; ; retries += 1) {
      const outcome = await attempt(settings, prepared, timestamps.next())
      if (outcome.kind === 'received' && outcome.status >= 200 && outcome.status < 300) {
        return answerOf<Data>(outcome, prepared.idempotencyKey)
      }
      const now = machine.now()
      const { maxRetries } = prepared
      const random = machine.random()
      const next = afterAttempt(outcome, { retries, maxRetries, corrected, now, random })
      lost ||= outcome.kind === 'failed' && outcome.outcome === 'unknown'
      if (next.kind === 'give_up') throw errorOf(outcome, prepared, { lost, now })
      if (next.serverTime !== undefined) {
        timestamps.correct(next.serverTime)
        corrected = true
      }
      if (next.delayMs > 0) await machine.sleep(next.delayMs, prepared.signal)
    }
  }
}

function errorOf(
  outcome: Received | Failed,
  { idempotencyKey, timeoutMs }: Prepared,
  { lost, now }: Readonly<{ lost: boolean; now: number }>,
): CrytomError {
  if (outcome.kind === 'received') {
    const waitMs = retryAfterMs(outcome.headers['retry-after'], now)
    return refusalOf(outcome, idempotencyKey, waitMs)
  }
  const { code, cause } = outcome
  const message = {
    connection_failed: 'The API could not be reached, or the connection broke.',
    timed_out: `No whole answer came within ${timeoutMs} ms.`,
    aborted: 'The call was aborted.',
    answer_unreadable: 'The answer is too large.',
  }[code]
  // One attempt that may have arrived is enough for not knowing.
  return new CrytomConnectionError({
    code,
    message,
    cause,
    idempotencyKey,
    outcome: lost ? 'unknown' : outcome.outcome,
  })
}
