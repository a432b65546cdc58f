import { resolveNetwork } from '../money/alias.ts'
import type { Network } from '../money/registry.ts'
import { deriveKey, usualPath } from '../signer/derived-key.ts'
import { HARDENED } from '../signer/key-path.ts'
import { masterOf, wipeMaster } from '../signer/master.ts'
import { readPhrase } from '../signer/phrase.ts'
import type { Machine } from './cli/command.ts'
import { misused } from './cli/read-given.ts'
import type { DeriveGiven } from './commands/signer.ts'
import { readSecretInput } from './secret-input.ts'

/** The addresses that are asked for: their network, and their paths in order. */
type Wanted = Readonly<{ network: Network; paths: readonly string[] }>

/**
 * `coffer derive`: the addresses of a phrase from standard input, one a line. It needs no server,
 * database or data directory, and never repeats the phrase.
 *
 * @returns the exit code
 * @throws signer.phrase_invalid, signer.path_invalid, shell.arguments_invalid, and the refusals of
 *   `resolveNetwork`
 */
export async function derive(
  { terminal, stop }: Pick<Machine, 'terminal' | 'stop'>,
  given: DeriveGiven,
): Promise<number> {
  const wanted = readWanted(given)
  const text = await Promise.race([readSecretInput(), stop.then(() => undefined)])
  if (text === undefined) return 1
  const entropy = readPhrase(text)
  const master = masterOf(entropy)
  entropy.fill(0)
  try {
    for (const path of wanted.paths) {
      const { address, privateKey } = deriveKey(master, { family: wanted.network.family, path })
      privateKey.fill(0)
      terminal.line(address)
    }
  } finally {
    wipeMaster(master)
  }
  return 0
}

function readWanted(given: DeriveGiven): Wanted {
  const network = resolveNetwork(given.network)
  const { path } = given
  if (path === undefined) return { network, paths: usualPaths(network, given) }
  const others = [given.account, given.from, given.count]
  if (others.every((one) => one === undefined)) return { network, paths: [path] }
  throw misused('--path names one address: leave --account, --from and --count')
}

function usualPaths({ family }: Network, given: DeriveGiven): readonly string[] {
  const { account = 0, from = 0, count = 1 } = given
  if (from + count > HARDENED) throw misused(`--from and --count go beyond ${HARDENED} addresses`)
  return Array.from({ length: count }, (_, nth) => usualPath(family, account, from + nth))
}
