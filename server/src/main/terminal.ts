import { styleText } from 'node:util'

/** A step under way: `update` says how it goes on, `done` ends it with its outcome. */
export type Step = Readonly<{
  update: (detail: string) => void
  done: (detail?: string) => void
}>

/** Where the program speaks to a person: lively on a terminal, plain lines in a pipe. */
export type Terminal = Readonly<{
  heading: (text: string) => void
  line: (text?: string) => void
  /** A text as it is, its line ends in it. */
  text: (text: string) => void
  step: (title: string) => Step
  table: (header: readonly string[], rows: readonly (readonly string[])[]) => void
  /** The text in a colour, where there are colours. */
  paint: (style: Style, text: string) => string
  /** Whether somebody looks at it: what is only for the eye is left out elsewhere. */
  lively: boolean
  /** Resolves when whoever reads takes more. @throws the signal's reason */
  ready: (signal: AbortSignal) => Promise<void>
}>

/** What a text can look like. */
export type Style = 'green' | 'red' | 'gray' | 'cyan' | 'bold'

type Output = Readonly<{
  isTTY?: boolean | undefined
  write: (text: string) => unknown
  writableNeedDrain?: boolean
  once?: (event: 'drain', listener: () => void) => unknown
}>

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 80

/**
 * Speaks to `output`; steps are redrawn in place only when it is a terminal.
 *
 * @param env `NO_COLOR` (no-color.org) takes the colours, `TERM=dumb` the redrawing with them
 */
export function createTerminal(
  output: Output,
  env: Readonly<Record<string, string | undefined>> = {},
): Terminal {
  const lively = output.isTTY === true && env['TERM'] !== 'dumb'
  const isColoured = lively && (env['NO_COLOR'] ?? '') === ''
  const paint = (style: Style | readonly Style[], text: string): string =>
    isColoured ? styleText([style].flat(), text, { validateStream: false }) : text
  const line = (text = ''): void => void output.write(`${text}\n`)
  return {
    heading: (text) => line(`\n${paint(['bold', 'cyan'], text)}`),
    line,
    text: (text) => void output.write(text),
    step: (title) => (lively ? livelyStep(output, title, paint) : plainStep(line, title)),
    table: (header, rows) => {
      for (const text of drawTable(header, rows, (cell) => paint('bold', cell))) line(text)
    },
    paint,
    lively,
    ready: async (signal) => {
      signal.throwIfAborted()
      if (output.writableNeedDrain !== true) return
      await new Promise<void>((resolve) => {
        output.once?.('drain', resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      signal.throwIfAborted()
    },
  }
}

function plainStep(line: (text: string) => void, title: string): Step {
  let last = ''
  return {
    update: (detail) => {
      if (detail !== last) line(`  .. ${title}: ${detail}`)
      last = detail
    },
    done: (detail) => line(`  ok ${title}${detail === undefined ? '' : `: ${detail}`}`),
  }
}

type Paint = Terminal['paint']

function livelyStep(output: Output, title: string, paint: Paint): Step {
  let frame = 0
  let detail = ''
  const draw = (mark: string): void => {
    const rest = detail === '' ? '' : ` ${paint('gray', detail)}`
    output.write(`\r\u001b[2K  ${mark} ${title}${rest}`)
  }
  const spin = (): void => {
    frame += 1
    draw(paint('cyan', FRAMES[frame % FRAMES.length] ?? ''))
  }
  const timer = setInterval(spin, FRAME_MS)
  timer.unref()
  spin()
  return {
    update: (text) => {
      detail = text
      spin()
    },
    done: (text) => {
      clearInterval(timer)
      detail = text ?? detail
      draw(paint('green', '✔'))
      output.write('\n')
    },
  }
}

/** The lines of a table whose columns are as wide as their widest cell; digits stand right. */
export function drawTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  emphasize: (text: string) => string = (text) => text,
): readonly string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const isNumeric = header.map((_, column) =>
    rows.every((row) => /^[-+]?[\d.]*$/.test(row[column] ?? '')),
  )
  const draw = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? ''
        return isNumeric[column] === true ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [emphasize(draw(header)), rule, ...rows.map(draw)].map((text) => `  ${text}`)
}
