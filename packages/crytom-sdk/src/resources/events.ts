import type { BodyOf, Calls, DataOf, QueryOf } from '../call.ts'
import { lazily } from '../list.ts'
import type { Machine } from '../machine.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined
type LogQuery = NonNullable<QueryOf<'GET /v1/events'>>
type Log = DataOf<'GET /v1/events'>
type Told = Log[number]

/** What is followed, and how often it is asked for. */
export type FollowOptions = Readonly<{
  /** How long to wait after the last event, in milliseconds; 2 000. */
  pollMs?: number | undefined
  /** Ends the iteration, without an error. */
  signal?: AbortSignal | undefined
}>

const LIMIT_MAX = 100
const POLL_MS = 2_000

/** The log of everything that happened, the oldest first. */
export const eventsOf = ({ call }: Calls, machine: Pick<Machine, 'sleep'>) => {
  const page = (query: LogQuery, options: Options): Promise<Log> =>
    call('GET /v1/events', { query, options })
  return {
    /** `await` gives one page, `for await` every event to the end of the log. */
    list: (query: LogQuery = {}, options?: Options): Promise<Log> & AsyncIterable<Told> =>
      lazily(
        () => page(query, options),
        () => toTheEnd((own) => page(own, options), { ...query, limit: query.limit ?? LIMIT_MAX }),
      ),
    /** An event with the deliveries that told of it. */
    get: (id: string, options?: Options) => call('GET /v1/events/:id', { params: { id }, options }),
    /** Has it delivered again. */
    resend: (id: string, body?: BodyOf<'POST /v1/events/:id/resend'>, options?: Options) =>
      call('POST /v1/events/:id/resend', { params: { id }, body: body ?? {}, options }),
    /**
     * Every event, and then those to come, until the signal ends it. Keep the `id` of the last one
     * that you handled, and give it as `after` the next time: then none is missed.
     */
    follow: (query: LogQuery = {}, { pollMs = POLL_MS, signal }: FollowOptions = {}) =>
      forEver((own) => page(own, { signal }), query, {
        signal,
        wait: () => machine.sleep(pollMs, signal),
      }),
  }
}

type AskLog = (query: LogQuery) => Promise<Log>

async function* toTheEnd(ask: AskLog, query: LogQuery): AsyncGenerator<Told, void> {
  let { after } = query
  for (;;) {
    const events = await ask({ ...query, after })
    yield* events
    const last = events.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

type Following = Readonly<{ signal: AbortSignal | undefined; wait: () => Promise<void> }>

async function* forEver(
  ask: AskLog,
  query: LogQuery,
  { signal, wait }: Following,
): AsyncGenerator<Told, void> {
  let { after } = query
  const ended = (): boolean => signal?.aborted ?? false
  while (!ended()) {
    try {
      for await (const event of toTheEnd(ask, { ...query, after })) {
        if (ended()) return
        yield event
        after = event.id
      }
    } catch (error) {
      if (ended()) return
      throw error
    }
    await wait()
  }
}
