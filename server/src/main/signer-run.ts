import { readConfig } from '../shell/config.ts'
import { claimDirectory, openDataDirectory } from '../shell/data-directory.ts'
import { EXIT, type Machine } from './cli/command.ts'
import { startSigner } from './signer-process.ts'

/**
 * `coffer signer run`: the signer's process and what watches over it, and nothing else: no
 * database, no network. @returns the exit code
 */
export async function signerRun({ terminal, stop, env }: Machine): Promise<number> {
  const { dataDirectory, masterKey } = readConfig(env)
  // The master key is the others': one that nobody gave is not made here.
  await openDataDirectory(dataDirectory, masterKey === '' ? NO_KEY : masterKey)
  await using _claim = await claimDirectory(dataDirectory)
  await using signer = await startSigner({ dataDirectory, env })
  terminal.line(`The signer of seed ${signer.fingerprint} listens at ${signer.socket}`)
  terminal.line('Ctrl-C stops it.')
  await Promise.race([stop, signer.ended])
  return EXIT.done
}

const NO_KEY = '00'.repeat(32)
