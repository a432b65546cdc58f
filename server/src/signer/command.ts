import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../errors/app-error.ts'
import { signerPaths } from './paths.ts'

/** How to start the signer. */
export type SignerOptions = Readonly<{
  dataDirectory: string
  /** The starter's environment, of which the signer gets only what is its own. */
  env: Readonly<Record<string, string | undefined>>
}>

/** A child process to spawn, and where it will listen. */
export type SignerCommand = Readonly<{
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  /** Descriptors of the starter that follow on the three of `stdio`, then closed by it. */
  handedOn: readonly number[]
  socket: string
}>

/**
 * The command of the signer's process. It may read its own sources and packages and its own
 * directory, write to the latter, and run nothing: Node's permission model holds it to that (which
 * does not cover TCP in Node 24; that it opens none is its own doing).
 *
 * It may leave no core file behind (`ulimit -c 0`), nor let a debugger in by a signal.
 *
 * Spawn it with `stdio: ['pipe', 'pipe', 'pipe', ...handedOn]`: it writes one line of JSON with `ready: true`
 * when it listens, and ends when its input does, so that it never outlives its starter. SIGTERM
 * stops it cleanly. On refusal it writes `{code, message}` to its errors and exits with 1.
 */
export function signerCommand(options: SignerOptions): SignerCommand {
  const data = resolve(options.dataDirectory)
  const temporary = tmpdir()
  const wanted = options.env['COFFER_SIGNER_SOCKET_DIRECTORY'] ?? ''
  const paths = signerPaths(data, temporary, wanted === '' ? '' : resolve(wanted))
  const keyFile = options.env['COFFER_SIGNER_KEY_FILE'] ?? ''
  const own = [paths.directory, paths.socketDirectory]
  const readable = [...sources(), ...own.map(inside), ...(keyFile === '' ? [] : [resolve(keyFile)])]
  const handed = handedOn(options.env)
  return {
    command: '/bin/sh',
    args: [
      '-c',
      'ulimit -c 0 && exec "$0" "$@"',
      process.execPath,
      '--permission',
      '--disable-sigusr1',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      ...own.map((path) => `--allow-fs-write=${inside(path)}`),
      '--disallow-code-generation-from-strings',
      '--disable-proto=delete',
      fileURLToPath(new URL('./main.ts', import.meta.url)),
      `--data=${data}`,
      `--temporary=${temporary}`,
      ...(wanted === '' ? [] : [`--socket-directory=${paths.socketDirectory}`]),
    ],
    env: { ...kept(options.env, ['COFFER_SIGNER_KEY', 'COFFER_SIGNER_KEY_FILE']), ...handed.env },
    handedOn: handed.descriptors,
    socket: paths.socket,
  }
}

type Environment = Readonly<Record<string, string | undefined>>

function kept(env: Environment, names: readonly string[]): Readonly<Record<string, string>> {
  const given = names.map((name) => [name, env[name] ?? ''] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

/** The starter never reads these: the secret goes from the operator to the signer. */
const DESCRIPTORS = ['COFFER_SIGNER_KEY_FD', 'COFFER_SIGNER_PASSPHRASE_FD'] as const
const FIRST_HANDED_ON = 3

function handedOn(
  env: Environment,
): Readonly<{ env: Readonly<Record<string, string>>; descriptors: readonly number[] }> {
  const given = DESCRIPTORS.flatMap((name) => {
    const text = env[name] ?? ''
    return text === '' ? [] : [{ name, descriptor: /^\d{1,6}$/.test(text) ? Number(text) : -1 }]
  })
  const wrong = given.find(({ descriptor }) => descriptor < 0)
  if (wrong !== undefined) throw new AppError('signer.key_not_readable', { where: wrong.name })
  return {
    env: Object.fromEntries(given.map(({ name }, nth) => [name, `${FIRST_HANDED_ON + nth}`])),
    descriptors: given.map(({ descriptor }) => descriptor),
  }
}

/** What the process loads: rooms of ours, and packages with what they stand on. */
function sources(): readonly string[] {
  const server = dirname(dirname(fileURLToPath(import.meta.url)))
  const rooms = ['signer', 'errors', 'money', 'totp', 'chains'].map((room) =>
    inside(join(server, room)),
  )
  const packages = ['@scure/bip32', '@scure/sr25519', '@noble/hashes/sha2.js', 'zod']
  const installed = packages.map((name) => inside(packagesDirectory(import.meta.resolve(name))))
  return [...rooms, join(server, '..', '..', 'package.json'), ...new Set(installed)]
}

/** The `node_modules` that holds a file; npm may have put packages into different ones. */
function packagesDirectory(url: string): string {
  const file = realpathSync(fileURLToPath(url))
  const name = '/node_modules/'
  return file.slice(0, file.indexOf(name) + name.length - 1)
}

const inside = (directory: string): string => `${directory}/*`
