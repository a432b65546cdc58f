import { createServer } from 'node:http'
import { z } from 'zod'
import { listen } from './listening.ts'

const Value = z.looseObject({ stringValue: z.string().optional() })
const Attributes = z.array(z.object({ key: z.string(), value: Value })).default([])
const SpanShape = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: Attributes,
  status: z.looseObject({ code: z.number().optional() }).optional(),
})

/** A span as a collector got it. */
export type CollectedSpan = z.infer<typeof SpanShape>

/** @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-request read 2026-11-21 */
const Export = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: Attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(SpanShape) })),
    }),
  ),
})

/** An OpenTelemetry collector, as far as taking traces goes. */
export type Collector = AsyncDisposable &
  Readonly<{
    url: string
    spans: CollectedSpan[]
    /** Everything that it was sent, headers included. */
    texts: string[]
    services: Set<string>
  }>

/** @param status what it answers */
export async function startCollector(status = 200): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const texts: string[] = []
  const services = new Set<string>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      texts.push(`${request.method} ${request.url}\n${JSON.stringify(request.headers)}\n${text}`)
      for (const one of Export.parse(JSON.parse(text)).resourceSpans) {
        spans.push(...one.scopeSpans.flatMap((scope) => scope.spans))
        for (const { key, value } of one.resource.attributes) {
          if (key === 'service.name') services.add(value.stringValue ?? '')
        }
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  const listening = await listen(server)
  const url = `http://127.0.0.1:${listening.port}`
  return { ...listening, url, spans, texts, services }
}
