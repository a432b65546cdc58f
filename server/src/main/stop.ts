/** Resolves when somebody asks the program to stop: Ctrl-C, a service manager, a closed terminal. */
export function stopAsked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // The handler stays: a second Ctrl-C must not leave the database behind.
      process.on(signal, () => resolve(signal))
    }
  })
}
