const BAR_WIDTH = 24

/** How far something is, as a bar and in numbers. @param total > 0 */
export function progressText(done: number, total: number): string {
  const full = Math.floor((Math.min(done, total) / total) * BAR_WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${done} of ${total}`
}
