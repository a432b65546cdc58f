import type { SpanExporter, ReadableSpan } from '@opentelemetry/sdk-trace'
import { context, trace } from '@opentelemetry/api'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { errorWord } from './outcome.ts'

/** What is told of spans that left, or could not. */
export type SpansSeen = (outcome: 'exported' | 'lost', count: number) => void

type Ctx = Readonly<{
  config: Pick<Config, 'otlpEndpoint' | 'otlpHeaders' | 'serviceName' | 'traceShare' | 'roles'>
  log: Log
  seen: SpansSeen
  /** How long the collector may take for spans, also for the last ones; 3 s unless told otherwise. */
  patienceMs?: number
}>

const PATIENCE_MS = 3_000
const QUEUE_MAX = 8_192
const BATCH_MAX = 512
const DELAY_MS = 1_000

/**
 * Sends what is traced to the configured collector, as OTLP over HTTP, from now until it is
 * disposed; does nothing where none is configured. One of a process at a time.
 *
 * The SDK is loaded only here: who does not trace pays neither memory nor time for it.
 */
export async function openTracing(ctx: Ctx): Promise<AsyncDisposable> {
  const { config, log, seen, patienceMs = PATIENCE_MS } = ctx
  if (config.otlpEndpoint === '') return { [Symbol.asyncDispose]: async () => undefined }
  const [sdk, hooks, otlp, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const url = `${config.otlpEndpoint.replace(/\/+$/, '')}/v1/traces`
  const headers = { ...config.otlpHeaders }
  const exporter = new otlp.OTLPTraceExporter({ url, headers, timeoutMillis: patienceMs })
  const share = new sdk.TraceIdRatioBasedSampler(config.traceShare)
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': config.serviceName,
      'coffer.roles': [...config.roles],
    }),
    // Who calls does not decide what we record: his flag is no more than a hint. The share of the
    // trace ids is the same in every process, so that a trace is recorded wholly or not at all.
    sampler: new sdk.ParentBasedSampler({
      root: share,
      remoteParentSampled: share,
      remoteParentNotSampled: share,
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: watched(exporter, { log, seen }),
        maxQueueSize: QUEUE_MAX,
        maxExportBatchSize: BATCH_MAX,
        scheduledDelayMillis: DELAY_MS,
        // The exporter gives up first, and says so.
        exportTimeoutMillis: 2 * patienceMs,
      }),
    ],
  })
  const contexts = new hooks.AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)
  trace.setGlobalTracerProvider(provider)
  return {
    [Symbol.asyncDispose]: async () => {
      // A collector that is away must not keep us from stopping.
      await provider.shutdown().catch((error: unknown) => {
        log.warn({ problem: errorWord(error) }, 'the last spans were lost')
      })
      trace.disable()
      context.disable()
    },
  }
}

/** Says when spans are lost; without that a wrong URL looks like a quiet day. */
function watched(exporter: SpanExporter, { log, seen }: Pick<Ctx, 'log' | 'seen'>): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done) => {
      exporter.export(spans, (result) => {
        const isLost = result.error !== undefined || result.code !== 0
        seen(isLost ? 'lost' : 'exported', spans.length)
        if (isLost) {
          const problem = result.error === undefined ? 'unknown' : errorWord(result.error)
          log.warn({ spans: spans.length, problem }, 'the collector did not take spans')
        }
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
