import { EXIT, type Machine } from './command.ts'

/** What would go on for ever ends well when somebody stops it. @returns the exit code */
export async function untilStopped(
  { signal }: Pick<Machine, 'signal'>,
  work: () => Promise<void>,
): Promise<number> {
  try {
    await work()
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
  }
  return EXIT.done
}
