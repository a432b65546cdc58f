import { Frame } from './answers.ts'

/** Coins that a contract moved inside a transaction; addresses in lower case, `value` > 0. */
export type InternalMove = Readonly<{
  from: string
  to: string
  value: bigint
  /** Its place among the moves of its transaction in the order of execution, whoever is paid. */
  position: number
}>

/** DELEGATECALL and CALLCODE show a value too, but it stays where it is. */
const MOVING_CALLS: ReadonlySet<string> = new Set(['CALL', 'CREATE', 'CREATE2', 'SELFDESTRUCT'])

/**
 * The coins that the calls within a transaction moved, from its call tree. The outermost call is
 * the transaction's own value and not among them; a call that failed moved nothing, nor did any
 * call within it.
 *
 * @param root the outermost call, as geth's `callTracer` writes it
 * @returns undefined when it cannot be read
 */
export function movesOf(root: unknown): readonly InternalMove[] | undefined {
  const moves: InternalMove[] = []
  const open: unknown[] = [root]
  let isRoot = true
  // Each call enters once; how many there are is bounded by the answer's size.
  while (open.length > 0) {
    const { success, data: frame } = Frame.safeParse(open.pop())
    if (!success) return undefined
    if (frame.error) {
      isRoot = false
      continue
    }
    const { from, to, value } = frame
    if (!isRoot && to && value && MOVING_CALLS.has(frame.type.toUpperCase())) {
      moves.push({ from, to, value, position: moves.length })
    }
    isRoot = false
    for (const call of (frame.calls ?? []).toReversed()) open.push(call)
  }
  return moves
}
