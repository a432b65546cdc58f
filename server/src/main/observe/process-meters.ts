import type { Meters } from '../../shell/telemetry/meters.ts'

/** What a process counts while it works. */
export type ProcessMeters = ReturnType<typeof processMeters>

/** Entries of a batch. */
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** Declares what a process counts while it works. */
export const processMeters = (meters: Meters) => ({
  ...workMeters(meters),
  ...bookMeters(meters),
  ...farMeters(meters),
})

const workMeters = (meters: Meters) => ({
  requests: meters.counter({
    name: 'coffer_http_requests_total',
    help: 'Requests that the API answered.',
    labels: ['route', 'method', 'status'],
  }),
  requestSeconds: meters.histogram({
    name: 'coffer_http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer.',
    labels: ['route', 'method'],
  }),
  requestsInFlight: meters.gauge({
    name: 'coffer_http_requests_in_flight',
    help: 'Requests that are being worked on.',
    labels: [],
  }),
  jobRuns: meters.counter({
    name: 'coffer_job_runs_total',
    help: 'Due rows that this process worked on: `done`, `failed` (it is tried again) or `given_up`.',
    labels: ['job', 'outcome'],
  }),
  jobSeconds: meters.histogram({
    name: 'coffer_job_duration_seconds',
    help: 'Work on one due row.',
    labels: ['job'],
  }),
})

const bookMeters = (meters: Meters) => ({
  attempts: meters.counter({
    name: 'coffer_delivery_attempts_total',
    help: 'Attempts to deliver an event: `acknowledged`, `status_3xx` and the like, or why there was no answer.',
    labels: ['outcome'],
  }),
  attemptSeconds: meters.histogram({
    name: 'coffer_delivery_attempt_duration_seconds',
    help: 'One attempt, from resolving the name to the head of the answer.',
    labels: [],
  }),
  events: meters.counter({
    name: 'coffer_events_total',
    help: 'Events that got their place in the log: each change of a payment’s, payout’s or other object’s status once, over all processes.',
    labels: ['type', 'environment'],
  }),
  entries: meters.counter({
    name: 'coffer_ledger_entries_total',
    help: 'Entries that the ledger was asked to book, by result; those of a transaction that was rolled back or run again are counted too.',
    labels: ['result'],
  }),
  batches: meters.histogram({
    name: 'coffer_ledger_batch_entries',
    help: 'Entries of one commit of the ledger’s batch writer.',
    labels: [],
    buckets: BATCH_SIZES,
  }),
})

const farMeters = (meters: Meters) => ({
  signerAnswers: meters.counter({
    name: 'coffer_signer_answers_total',
    help: 'Questions to the signer: `answered`, or the code of the refusal (`signer.no_answer` among them).',
    labels: ['verb', 'outcome'],
  }),
  signerSeconds: meters.histogram({
    name: 'coffer_signer_answer_duration_seconds',
    help: 'One question to the signer.',
    labels: ['verb'],
  }),
  chainCalls: meters.counter({
    name: 'coffer_chain_calls_total',
    help: 'What was asked of the nodes of real chains: `answered`, or the code of the refusal.',
    labels: ['chain', 'verb', 'outcome'],
  }),
  chainSeconds: meters.histogram({
    name: 'coffer_chain_call_duration_seconds',
    help: 'One such question, all nodes that were tried included.',
    labels: ['chain', 'verb'],
  }),
  exports: meters.counter({
    name: 'coffer_trace_spans_total',
    help: 'Spans handed to the collector: `exported` or `lost`.',
    labels: ['outcome'],
  }),
})
