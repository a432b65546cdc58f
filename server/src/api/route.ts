import type { z } from 'zod'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { Instant } from '../shell/clock.ts'
import type { DbTx } from '../shell/db.ts'
import type { Principal } from '../tenancy/principal.ts'
import type { ApiCtx, TxCtx } from './context.ts'
import { judge, type Problem } from './judge.ts'
import type { Preference } from './prefer.ts'

/** The methods a route can have; all but GET are writes and must be signed. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Where a list stands: `page` from 1, `total` over all pages, `next_cursor` for deep paging. */
export type Pagination = Readonly<{
  page: number
  limit: number
  total: number
  next_cursor?: string | undefined
}>

/** Schemas of what a route answers, by HTTP status; each describes the answer's `data`. */
export type Replies = Readonly<Record<number, z.ZodType>>

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** What a handler returns: a status that the route declares, and its data. */
export type AnswerOf<R extends Replies> = {
  [Status in keyof R & number]: Readonly<{
    status: Status
    data: DeepReadonly<z.input<R[Status]>>
    message?: string | undefined
    pagination?: Pagination | undefined
    /** More response headers. */
    headers?: Readonly<Record<string, string>> | undefined
    /** See `Answer`. */
    afterwards?: ((ctx: ApiCtx) => Promise<AnswerOf<R>>) | undefined
  }>
}[keyof R & number]

/** An answer of any route, before its dialect wraps it. */
export type Answer = Readonly<{
  status: number
  data: unknown
  message?: string | undefined
  pagination?: Pagination | undefined
  headers?: Readonly<Record<string, string>> | undefined
  /**
   * For work in a dbTx: waits, after it was committed, for what goes on outside, and says what is
   * answered then. What it says, or the refusal that it throws, takes the place of this answer in
   * the record of the `Idempotency-Key`; as long as it says nothing this answer stands there.
   */
  afterwards?: ((ctx: ApiCtx) => Promise<Answer>) | undefined
}>

/** Who asks, and when. `now` is the time in the principal's book (the sandbox's may be ahead). */
export type Caller = Readonly<{
  principal: Principal
  now: Instant
  requestId: string
  prefer: Preference
}>

type Input<Params, Query, Body> = Caller & Readonly<{ params: Params; query: Query; body: Body }>

type Spec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  R extends Replies,
> = Readonly<{
  method: Method
  /** Such as `/v1/invoices/:id`; every `:name` is a member of `params`. */
  path: `/${string}`
  /** One line, for the list of operations. */
  summary: string
  /** Markdown, for the documentation. */
  description?: string
  /** The group under which the documentation shows it. */
  tag: string
  /** It exists for keys of the sandbox alone, and answers 404 to others whatever they send. */
  sandboxOnly?: true
  /**
   * Work in a dbTx may share it with other requests of this route that come at the same time, side
   * by side. That spares commits and statements. It suits work that only adds rows of its own: one
   * dbTx does not keep the works in it from each other's rows, and locks that it holds for one it
   * holds for all. A refusal has all of them done again, each alone.
   */
  together?: true
  /** Its answer may wait for what goes on afterwards: the `Prefer` header says how long. */
  waits?: true
  /** Texts of the path; a strict object. */
  params?: Params
  /** Texts of the query; a strict object. */
  query?: Query
  /** The JSON body as `readJson` reads it (numbers are `JsonNumber`); a strict object. */
  body?: Body
  /** What the documentation shows as the body. */
  example?: unknown
  reply: R
  /** The refusals of the work itself; those of the guard and of parsing are added to all. */
  errors?: readonly ErrorCode[]
}>

/**
 * The work of a route, in one of three forms.
 *
 * `handleInDbTx` is for writes that are local to our database: the work and the record of its
 * `Idempotency-Key` commit together, so a crash between them cannot double the work. Serialization
 * failures run it again: no effects outside `dbTx`.
 *
 * `prepare` is the same for work that must read elsewhere first (rates, a node): what it gives back
 * is run in the dbTx, with a context of its own that has no pool: nothing waits for a second
 * connection while it holds the first.
 *
 * `handle` is for reads, and for writes that are once by themselves (by an `external_id`, or by
 * the ledger): it may run a second time when the process died before the answer was recorded.
 */
type Work<Params, Query, Body, R extends Replies> =
  | Readonly<{
      handle: (ctx: ApiCtx, input: Input<Params, Query, Body>) => Promise<AnswerOf<R>>
      handleInDbTx?: never
      prepare?: never
    }>
  | Readonly<{
      handleInDbTx: (
        ctx: TxCtx,
        dbTx: DbTx,
        input: Input<Params, Query, Body>,
      ) => Promise<AnswerOf<R>>
      handle?: never
      prepare?: never
    }>
  | Readonly<{
      prepare: (
        ctx: ApiCtx,
        input: Input<Params, Query, Body>,
      ) => Promise<(dbTx: DbTx, ctx: TxCtx) => Promise<AnswerOf<R>>>
      handle?: never
      handleInDbTx?: never
    }>

/** The parts of a request that the schemas judge. Absent body: undefined. */
export type RawInput = Readonly<{ params: unknown; query: unknown; body: unknown }>

/** The work of one request whose input was accepted. */
export type Call = (ctx: ApiCtx, caller: Caller) => Promise<Answer>

/** The same for work in a database transaction: what comes before it, then the work. */
export type CallInDbTx = (ctx: ApiCtx, caller: Caller) => Promise<(dbTx: DbTx) => Promise<Answer>>

/** What the schemas say to a request's parts. */
export type Accepted =
  | Readonly<{ kind: 'accepted'; call: Call }>
  | Readonly<{ kind: 'accepted_in_tx'; call: CallInDbTx; together: string | undefined }>
  | Readonly<{ kind: 'refused'; problems: readonly Problem[] }>

/** A route: everything that the server, the documentation and the tests need to know of it. */
export type Route = Readonly<{
  method: Method
  path: `/${string}`
  summary: string
  description: string | undefined
  tag: string
  sandboxOnly: boolean
  waits: boolean
  params: z.ZodType | undefined
  query: z.ZodType | undefined
  body: z.ZodType | undefined
  example: unknown
  reply: Replies
  errors: readonly ErrorCode[]
  accept: (raw: RawInput) => Accepted
}>

/**
 * Declares a route. One value gives validation, types, documentation and tests.
 *
 * ```ts
 * export const getInvoice = route({
 *   method: 'GET', path: '/v1/invoices/:id', summary: 'Fetch an invoice', tag: 'Invoices',
 *   params: z.strictObject({ id: z.string() }),
 *   reply: { 200: Invoice },
 *   errors: ['payments.payment_unknown'],
 *   handle: async (ctx, { params, principal }) => ({
 *     status: 200, data: await readInvoice(ctx, principal.book, params.id),
 *   }),
 * })
 * ```
 */
export function route<
  R extends Replies,
  Params extends z.ZodType = z.ZodType<undefined>,
  Query extends z.ZodType = z.ZodType<undefined>,
  Body extends z.ZodType = z.ZodType<undefined>,
>(
  spec: Spec<Params, Query, Body, R> &
    Work<z.output<Params>, z.output<Query>, z.output<Body>, NoInfer<R>>,
): Route
// The list of routes holds them all alike: behind this signature the parts' types are forgotten,
// and only the schemas above vouch for what a handler gets.
export function route(
  spec: Spec<z.ZodType, z.ZodType, z.ZodType, Replies> & Work<unknown, unknown, unknown, Replies>,
): Route {
  const { handle, handleInDbTx, prepare } = spec
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    description: spec.description,
    tag: spec.tag,
    sandboxOnly: spec.sandboxOnly ?? false,
    waits: spec.waits ?? false,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    example: spec.example,
    reply: spec.reply,
    errors: spec.errors ?? [],
    accept: (raw) => {
      const params = judge(spec.params, raw.params)
      const query = judge(spec.query, raw.query)
      const body = judge(spec.body, raw.body)
      const problems = [...params.problems, ...query.problems, ...body.problems]
      if (problems.length > 0) return { kind: 'refused', problems }
      const parts = { params: params.value, query: query.value, body: body.value }
      if (handle !== undefined) {
        return { kind: 'accepted', call: (ctx, caller) => handle(ctx, { ...caller, ...parts }) }
      }
      return {
        kind: 'accepted_in_tx',
        together: spec.together === undefined ? undefined : spec.path,
        call: async (ctx, caller) => {
          const input = { ...caller, ...parts }
          const { db: _pool, ...within } = ctx
          if (prepare === undefined) return (dbTx) => handleInDbTx(within, dbTx, input)
          const work = await prepare(ctx, input)
          return (dbTx) => work(dbTx, within)
        },
      }
    },
  }
}
