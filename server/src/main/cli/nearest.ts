/** Letters that may differ for a word to be taken for a slip of the fingers. */
const SLIPS_MAX = 2

/** The known word that was probably meant, if one is near enough. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((one) => word.length > 1 && one.startsWith(word))
  if (begun.length === 1) return begun[0]
  const [best] = known
    .map((one) => ({ one, slips: slipsBetween(word, one) }))
    .sort((a, b) => a.slips - b.slips)
  return best !== undefined && best.slips <= SLIPS_MAX ? best.one : undefined
}

/** Levenshtein's distance: letters put in, left out or exchanged. */
function slipsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1]
    for (const [column, against] of [...other].entries()) {
      const exchanged = (row[column] ?? 0) + (letter === against ? 0 : 1)
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
