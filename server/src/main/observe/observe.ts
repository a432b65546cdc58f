import type { EventsPlaced } from '../../events/sequence.action.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { PostResult } from '../../ledger/result.ts'
import type { SeeRequests } from '../../api/observe-requests.ts'
import type { Signer } from '../../custody/signer.client.ts'
import type { JobSeen } from '../../shell/job-loop.ts'
import type { Outbound, OutboundOutcome } from '../../shell/outbound/outbound.client.ts'
import { errorWord } from '../../shell/telemetry/outcome.ts'
import type { ProcessMeters } from './process-meters.ts'

const secondsSince = (start: number): number => (performance.now() - start) / 1_000

/** Counts the requests of an API. Only methods that HTTP knows have a series of their own. */
export const seeRequests = (meters: ProcessMeters): SeeRequests => ({
  begun: () => meters.requestsInFlight.inc(),
  ended: ({ route, method, status, seconds }) => {
    meters.requestsInFlight.dec()
    meters.requests.inc({ route, method, status })
    meters.requestSeconds.observe({ route, method }, seconds)
  },
})

/** Counts what came of due rows. */
export const jobSeen =
  (meters: ProcessMeters): JobSeen =>
  (job, outcome, durationMs) => {
    meters.jobRuns.inc({ job, outcome })
    meters.jobSeconds.observe({ job }, durationMs / 1_000)
  }

/** Counts events by type. */
export const eventsPlaced =
  (meters: ProcessMeters): EventsPlaced =>
  (environment, types) => {
    for (const type of types) meters.events.inc({ type, environment })
  }

/** Counts attempts of deliveries. */
export const countedDeliveries = (meters: ProcessMeters, outbound: Outbound): Outbound => ({
  ...outbound,
  send: async (request) => {
    const outcome = await outbound.send(request)
    meters.attempts.inc({ outcome: deliveryWord(outcome) })
    meters.attemptSeconds.observe(outcome.durationMs / 1_000)
    return outcome
  },
})

function deliveryWord(outcome: OutboundOutcome): string {
  if (outcome.kind === 'failed') return outcome.failure
  const hundreds = Math.floor(outcome.status / 100)
  return hundreds === 2 ? 'acknowledged' : `status_${hundreds}xx`
}

/** Counts entries by what became of them. */
export function countedLedger(meters: ProcessMeters, ledger: Ledger): Ledger {
  const count = (result: PostResult): PostResult => {
    meters.entries.inc({ result: result.kind })
    return result
  }
  return {
    ...ledger,
    post: async (...given) => count(await ledger.post(...given)),
    postInDbTx: async (...given) => count(await ledger.postInDbTx(...given)),
    postTogether: async (...given) => count(await ledger.postTogether(...given)),
  }
}

/** Counts what the signer answers. */
export function countedSigner(meters: ProcessMeters, signer: Signer): Signer {
  const ask = async <Reply>(verb: string, question: () => Promise<Reply>): Promise<Reply> => {
    const start = performance.now()
    let outcome = 'answered'
    try {
      return await question()
    } catch (error) {
      outcome = errorWord(error)
      throw error
    } finally {
      meters.signerAnswers.inc({ verb, outcome })
      meters.signerSeconds.observe({ verb }, secondsSince(start))
    }
  }
  return {
    hello: () => ask('hello', signer.hello),
    xpub: (...given) => ask('xpub', () => signer.xpub(...given)),
    addresses: (...given) => ask('addresses', () => signer.addresses(...given)),
    sign: (...given) => ask('sign', () => signer.sign(...given)),
    signed: (...given) => ask('signed', () => signer.signed(...given)),
  }
}
