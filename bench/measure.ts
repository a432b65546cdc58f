import { performance } from 'node:perf_hooks'

/** Times are in ms, rates per second. */
export type Rate = Readonly<{ perSecond: number; p50Ms: number; p99Ms: number }>

/** The value in the middle; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which this share (0–1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

/** Lets `callers` call `work` again and again, each waiting for its own answer, for so long. */
export async function rateOf(
  work: (call: number) => Promise<unknown>,
  load: Readonly<{ callers: number; durationMs: number }>,
): Promise<Rate> {
  const latencies: number[] = []
  const start = performance.now()
  const end = start + load.durationMs
  let calls = 0
  const caller = async (): Promise<void> => {
    for (let before = performance.now(); before < end;) {
      await work(calls++)
      const after = performance.now()
      latencies.push(after - before)
      before = after
    }
  }
  await Promise.all(Array.from({ length: load.callers }, caller))
  const seconds = (performance.now() - start) / 1000
  return {
    perSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

/**
 * Measures two ways side by side: one run of each in turn, so that what else the machine does hits
 * both, and the median of the runs' ratios.
 */
export async function compare(
  one: () => Promise<Rate>,
  other: () => Promise<Rate>,
  runs: number,
): Promise<Readonly<{ one: Rate; other: Rate; ratio: number }>> {
  const pairs: (readonly [Rate, Rate])[] = []
  for (let run = 0; run < runs; run += 1) pairs.push([await one(), await other()])
  const middle = (pick: (pair: readonly [Rate, Rate]) => number): number => median(pairs.map(pick))
  const rate = (side: 0 | 1): Rate => ({
    perSecond: middle((pair) => pair[side].perSecond),
    p50Ms: middle((pair) => pair[side].p50Ms),
    p99Ms: middle((pair) => pair[side].p99Ms),
  })
  return {
    one: rate(0),
    other: rate(1),
    ratio: middle(([first, second]) => first.perSecond / second.perSecond),
  }
}

/** Rows of texts as a Markdown table; numbers stand right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
