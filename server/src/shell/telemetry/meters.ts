import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** A metric as `docs/telemetry.md` lists it. */
export type Declared = Readonly<{
  name: string
  kind: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
}>

/** Makes metrics in a registry, and remembers what each is. Their labels have few values. */
export type Meters = Readonly<{
  registry: Registry
  declared: readonly Declared[]
  counter: <Label extends string>(of: Of<Label>) => Counter<Label>
  gauge: <Label extends string>(of: Of<Label>) => Gauge<Label>
  /** @param of buckets in seconds unless told otherwise */
  histogram: <Label extends string>(
    of: Of<Label> & Readonly<{ buckets?: readonly number[] }>,
  ) => Histogram<Label>
}>

type Of<Label extends string> = Readonly<{
  name: `coffer_${string}`
  help: string
  labels: readonly Label[]
}>

/** From a read of one row to an answer that somebody waited for. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** An empty registry of this process. */
export function createMeters(): Meters {
  const registry = new Registry()
  const declared: Declared[] = []
  const note = (kind: Declared['kind'], { name, help, labels }: Of<string>): void =>
    void declared.push({ name, kind, help, labels })
  const common = <Label extends string>({ name, help, labels }: Of<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  })
  return {
    registry,
    declared,
    counter: (of) => {
      note('counter', of)
      return new Counter(common(of))
    },
    gauge: (of) => {
      note('gauge', of)
      return new Gauge(common(of))
    },
    histogram: ({ buckets = SECONDS, ...of }) => {
      note('histogram', of)
      return new Histogram({ ...common(of), buckets: [...buckets] })
    },
  }
}

/** Measures the process itself from now on: memory, processor time, event loop, collections. */
export function measureProcess({ registry }: Meters): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 })
}
