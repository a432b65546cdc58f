import type { BodyOf, Calls, QueryOf } from '../call.ts'
import type { CallOptions } from '../request.ts'

type Options = CallOptions | undefined

/** The simulated world behind `sk_test_` keys: everything that can happen, on demand. */
export const sandboxOf = ({ call, list }: Calls) => ({
  /** Pays an address. */
  deposit: (body: BodyOf<'POST /v1/sandbox/deposits'>, options?: Options) =>
    call('POST /v1/sandbox/deposits', { body, options }),
  /** Puts money on your balance. */
  fund: (body: BodyOf<'POST /v1/sandbox/funds'>, options?: Options) =>
    call('POST /v1/sandbox/funds', { body, options }),
  setPrice: (body: BodyOf<'POST /v1/sandbox/prices'>, options?: Options) =>
    call('POST /v1/sandbox/prices', { body, options }),
  advanceClock: (body: BodyOf<'POST /v1/sandbox/clock/advance'>, options?: Options) =>
    call('POST /v1/sandbox/clock/advance', { body, options }),
  /** Mail that was caught: one-time codes. */
  mails: (query?: QueryOf<'GET /v1/sandbox/mails'>, options?: Options) =>
    list('GET /v1/sandbox/mails', { query, options }),
  mine: (body: BodyOf<'POST /v1/sandbox/chains/mine'>, options?: Options) =>
    call('POST /v1/sandbox/chains/mine', { body, options }),
  /** Replaces the last blocks. */
  reorganize: (body: BodyOf<'POST /v1/sandbox/chains/reorg'>, options?: Options) =>
    call('POST /v1/sandbox/chains/reorg', { body, options }),
  /** Has a replaceable transaction replaced by one that pays somebody else. */
  replace: (body: BodyOf<'POST /v1/sandbox/chains/replace'>, options?: Options) =>
    call('POST /v1/sandbox/chains/replace', { body, options }),
  /** Makes a node halt, refuse, forget or lie. */
  behave: (body: BodyOf<'POST /v1/sandbox/chains/behaviour'>, options?: Options) =>
    call('POST /v1/sandbox/chains/behaviour', { body, options }),
  resume: (body: BodyOf<'POST /v1/sandbox/chains/resume'>, options?: Options) =>
    call('POST /v1/sandbox/chains/resume', { body, options }),
})
