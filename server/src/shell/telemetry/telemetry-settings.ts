import { z } from 'zod'
import { setting } from '../setting.ts'

const isUrl = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '')

/** `name=value,name=value`, each part percent-encoded, as OpenTelemetry writes headers. */
const headers = z.string().transform((text, ctx): Readonly<Record<string, string>> => {
  const read: Record<string, string> = {}
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [name = '', ...rest] = part.split('=')
    const value = decoded(rest.join('='))
    if (rest.length === 0 || value === undefined || !/^[\w!#$%&'*+.^`|~-]+$/.test(name.trim())) {
      ctx.addIssue({ code: 'custom', message: 'name=value, separated by commas, is expected' })
      return {}
    }
    read[name.trim()] = value.trim()
  }
  return read
})

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const port = z
  .string()
  .regex(/^\d*$/, 'a port from 0 to 65535 is expected')
  .transform((text) => (text === '' ? undefined : Number(text)))
  .pipe(z.number().max(65_535).optional())

/** Settings of what tells how the process does. */
export const telemetrySettings = {
  opsPort: setting({
    env: 'COFFER_OPS_PORT',
    doc: 'TCP port, on `HOST`, of a listener of its own for `/healthz`, `/readyz` and `/metrics`; the API serves them too. 0 takes a free one. Absent: none.',
    schema: port,
    fallback: '',
  }),
  metricsToken: setting({
    env: 'COFFER_METRICS_TOKEN',
    doc: 'Bearer token, of 16 characters or more, with which `/metrics` is read from elsewhere; absent: from this machine only. `docs/telemetry.md` tells more.',
    schema: z
      .string()
      .regex(/^([!-~]{16,})?$/, '16 characters or more, without spaces, are expected'),
    fallback: '',
    secret: true,
  }),
  otlpEndpoint: setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'URL of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`; traces go to `/v1/traces` below it. Absent: nothing is traced.',
    schema: z
      .string()
      .refine((text) => text === '' || isUrl(text), 'http://… or https://… is expected'),
    fallback: '',
    secret: true,
  }),
  otlpHeaders: setting({
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    doc: 'Headers for the collector, `name=value,name=value`.',
    schema: headers,
    fallback: '',
    secret: true,
  }),
  serviceName: setting({
    env: 'OTEL_SERVICE_NAME',
    doc: 'The name under which traces show this process.',
    schema: z.string().min(1),
    fallback: 'coffer',
  }),
  traceShare: setting({
    env: 'OTEL_TRACES_SAMPLER_ARG',
    doc: 'The share of requests that are traced, from 0 to 1.',
    schema: z
      .string()
      .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'a number from 0 to 1 is expected')
      .transform(Number),
    fallback: '1',
  }),
}
