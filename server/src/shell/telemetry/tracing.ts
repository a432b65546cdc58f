import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
} from '@opentelemetry/api'
import { errorWord } from './outcome.ts'

// The trace that work belongs to goes with it unseen, through OpenTelemetry's own context: naming
// it in every signature between a request and its last statement would hide what those are about
// (docs/adr/0027). Without a collector nobody registers a provider, and all of this does nothing.

/**
 * A part of a trace. Attributes are words of ours and counts: never an amount, an address of a
 * customer, a secret or a parameter of SQL.
 */
export type Named = Readonly<{
  name: string
  kind?: 'server' | 'client' | 'producer' | 'consumer'
  attributes?: Attributes
}>

/** A part that goes on. */
export type OpenSpan = Readonly<{
  /** Runs work inside it: what that begins are its parts. */
  within: <Result>(work: () => Result) => Result
  note: (attributes: Attributes) => void
  /** @param problem a word for what went wrong; absent: nothing did */
  end: (problem?: string) => void
}>

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** Opens a part of what `parent` says; of a trace of its own where that says nothing. */
function openSpanIn(parent: Context, { name, kind, attributes = {} }: Named): OpenSpan {
  const options = { attributes, kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind] }
  const span = trace.getTracer('coffer').startSpan(name, options, parent)
  const around = trace.setSpan(parent, span)
  return {
    within: (work) => context.with(around, work),
    note: (more) => void span.setAttributes(more),
    end: (problem) => {
      if (problem !== undefined) {
        span.setAttribute('error.type', problem)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}

/**
 * Opens a part of somebody else's trace, or the first part of one of our own.
 *
 * @param parent W3C `traceparent`; one that cannot be read counts as none
 */
export const openSpan = (named: Named, parent?: string): OpenSpan =>
  openSpanIn(contextOf(parent) ?? ROOT_CONTEXT, named)

/** Whether the work of this moment is recorded as a part of a trace. */
export const isTraced = (): boolean => trace.getActiveSpan()?.isRecording() === true

/** Runs work as a part of the trace around it; where there is none, it simply runs. */
export function inSpan<Result>(
  named: Named,
  work: (note: OpenSpan['note']) => Promise<Result>,
): Promise<Result> {
  if (!isTraced()) return work(ignore)
  return runIn(openSpanIn(context.active(), named), work)
}

/** Runs work as a trace of its own. */
export const inNewTrace = <Result>(
  named: Named,
  work: (note: OpenSpan['note']) => Promise<Result>,
): Promise<Result> => runIn(openSpanIn(ROOT_CONTEXT, named), work)

/** Runs work as a part of the trace that a row kept; without one, it simply runs. */
export function continueTrace<Result>(
  kept: string | null | undefined,
  named: Named,
  work: (note: OpenSpan['note']) => Promise<Result>,
): Promise<Result> {
  const parent = contextOf(kept ?? undefined)
  if (parent === undefined) return work(ignore)
  return runIn(openSpanIn(parent, named), work)
}

/** Runs work that knows the trace that a row kept, and of which nothing is recorded. */
export function underTrace<Result>(kept: string | null, work: () => Result): Result {
  const parent = contextOf(kept ?? undefined)
  return parent === undefined ? work() : context.with(parent, work)
}

const ignore = (): void => undefined

async function runIn<Result>(
  span: OpenSpan,
  work: (note: OpenSpan['note']) => Promise<Result>,
): Promise<Result> {
  try {
    const result = await span.within(() => work(span.note))
    span.end()
    return result
  } catch (error) {
    span.end(errorWord(error))
    throw error
  }
}

/**
 * The place in its trace of the work of this moment, as W3C `traceparent`, to be kept in the row
 * that carries the work on; absent where it has none that is recorded.
 */
export function keptTrace(): string | undefined {
  const place = trace.getActiveSpan()?.spanContext()
  if (place === undefined || (place.traceFlags & TraceFlags.SAMPLED) === 0) return undefined
  return `00-${place.traceId}-${place.spanId}-01`
}

/** The same work, as part of the trace of now, whoever runs it later. */
export const inTraceOfNow = <Given extends unknown[], Result>(
  work: (...given: Given) => Result,
): ((...given: Given) => Result) =>
  keptTrace() === undefined ? work : context.bind(context.active(), work)

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** @see https://www.w3.org/TR/trace-context/#traceparent-header read 2026-11-21 */
function contextOf(traceparent: string | undefined): Context | undefined {
  const [, traceId, spanId, flags, rest] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  // Version 00 has four parts; later ones may have more.
  if (rest !== undefined && traceparent?.startsWith('00-')) return undefined
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}
