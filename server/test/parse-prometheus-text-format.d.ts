declare module 'parse-prometheus-text-format' {
  /** One series, or all buckets of one histogram. */
  type Sample = Readonly<{
    labels?: Readonly<Record<string, string>>
    value?: string
    buckets?: Readonly<Record<string, string>>
    count?: string
    sum?: string
  }>
  type Family = Readonly<{ name: string; help: string; type: string; metrics: readonly Sample[] }>
  export default function parse(text: string): readonly Family[]
}
