import { parseArgs } from 'node:util'
import { AppError } from '../errors/app-error.ts'
import { resolveNetwork } from '../money/alias.ts'
import type { Network } from '../money/registry.ts'
import { deriveKey, usualPath } from '../signer/derived-key.ts'
import { HARDENED } from '../signer/key-path.ts'
import { masterOf, wipeMaster } from '../signer/master.ts'
import { readPhrase } from '../signer/phrase.ts'
import { readSecretInput } from './secret-input.ts'
import type { Terminal } from './terminal.ts'

/** Addresses printed by one call at most: minutes of work, and not a forgotten loop. */
const COUNT_MAX = 100_000

const options = {
  network: { type: 'string' },
  path: { type: 'string' },
  account: { type: 'string' },
  from: { type: 'string' },
  count: { type: 'string' },
} as const

type Given = Readonly<Partial<Record<keyof typeof options, string>>>

/** The addresses that are asked for: their network, and their paths in order. */
type Wanted = Readonly<{ network: Network; paths: readonly string[] }>

/**
 * `coffer derive --network NAME (--path PATH | [--account 0] [--from 0] [--count 1])`: the addresses
 * of a phrase from standard input, one a line. It needs no server, database or data directory, and
 * never repeats the phrase.
 *
 * @returns the exit code
 * @throws signer.phrase_invalid, signer.path_invalid, signer.option_invalid, and the refusals of
 *   `resolveNetwork`
 */
export async function derive(
  terminal: Pick<Terminal, 'line'>,
  stop: Promise<unknown>,
  args: readonly string[],
): Promise<number> {
  const wanted = readWanted(readOptions(args))
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

function readOptions(args: readonly string[]): Given {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (cause) {
    const usage = '--network NAME (--path PATH | [--account 0] [--from 0] [--count 1])'
    throw new AppError('signer.option_invalid', { option: 'derive', expected: usage }, { cause })
  }
}

function readWanted(given: Given): Wanted {
  const expected = 'a name, as in --network Bitcoin'
  if (given.network === undefined) {
    throw new AppError('signer.option_invalid', { option: '--network', expected })
  }
  const network = resolveNetwork(given.network)
  const { path } = given
  if (path === undefined) return { network, paths: usualPaths(network, given) }
  const others = [given.account, given.from, given.count]
  if (others.every((one) => one === undefined)) return { network, paths: [path] }
  const instead = 'no --account, --from or --count beside it: a path names one address'
  throw new AppError('signer.option_invalid', { option: '--path', expected: instead })
}

function usualPaths({ family }: Network, given: Given): readonly string[] {
  const account = readNumber('--account', given.account ?? '0', { min: 0, max: HARDENED - 1 })
  const from = readNumber('--from', given.from ?? '0', { min: 0, max: HARDENED - 1 })
  const most = Math.min(COUNT_MAX, HARDENED - from)
  const count = readNumber('--count', given.count ?? '1', { min: 1, max: most })
  return Array.from({ length: count }, (_, nth) => usualPath(family, account, from + nth))
}

type Bounds = Readonly<{ min: number; max: number }>

function readNumber(option: string, text: string, { min, max }: Bounds): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
  if (value >= min && value <= max) return value
  throw new AppError('signer.option_invalid', {
    option,
    expected: `a whole number from ${min} to ${max}`,
  })
}
