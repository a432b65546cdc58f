import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
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
  socket: string
}>

/**
 * The command of the signer's process. It may read its own sources and packages and its own
 * directory, write to the latter, and run nothing: Node's permission model holds it to that (which
 * does not cover TCP in Node 24; that it opens none is its own doing).
 *
 * Spawn it with `stdio: ['pipe', 'pipe', 'inherit']`: it writes one line of JSON with `ready: true`
 * when it listens, and ends when its input does, so that it never outlives its starter. SIGTERM
 * stops it cleanly. On refusal it writes `{code, message}` to its errors and exits with 1.
 */
export function signerCommand(options: SignerOptions): SignerCommand {
  const data = resolve(options.dataDirectory)
  const temporary = tmpdir()
  const paths = signerPaths(data, temporary)
  const keyFile = options.env['COFFER_SIGNER_KEY_FILE'] ?? ''
  const own = [paths.directory, paths.socketDirectory]
  const readable = [...sources(), ...own.map(inside), ...(keyFile === '' ? [] : [resolve(keyFile)])]
  return {
    command: process.execPath,
    args: [
      '--permission',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      ...own.map((path) => `--allow-fs-write=${inside(path)}`),
      '--disallow-code-generation-from-strings',
      '--disable-proto=delete',
      fileURLToPath(new URL('./main.ts', import.meta.url)),
      `--data=${data}`,
      `--temporary=${temporary}`,
    ],
    env: Object.fromEntries(
      ['COFFER_SIGNER_KEY', 'COFFER_SIGNER_KEY_FILE'].flatMap((name) => {
        const value = options.env[name]
        return value === undefined || value === '' ? [] : [[name, value]]
      }),
    ),
    socket: paths.socket,
  }
}

/** What the process loads: three rooms of ours and three packages with what they stand on. */
function sources(): readonly string[] {
  const server = dirname(dirname(fileURLToPath(import.meta.url)))
  const rooms = ['signer', 'errors', 'money'].map((room) => inside(join(server, room)))
  const packages = ['@scure/bip32', '@scure/bip39', '@noble/hashes/sha2.js', 'zod']
  const installed = packages.map((name) => inside(packagesDirectory(import.meta.resolve(name))))
  return [...rooms, join(server, '..', '..', 'package.json'), ...new Set(installed)]
}

/** The `node_modules` that holds a file; npm may have put packages into different ones. */
function packagesDirectory(url: string): string {
  const file = realpathSync(fileURLToPath(url))
  const name = '/node_modules/'
  return file.slice(0, file.lastIndexOf(name) + name.length - 1)
}

const inside = (directory: string): string => `${directory}/*`
