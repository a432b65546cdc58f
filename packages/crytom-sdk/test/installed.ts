import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildSdk } from '../../../scripts/sdk-build.ts'

/** Runs a program; the promise fails where it does. */
export const run = promisify(execFile)

/** The repository's own modules. */
export const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** A package as a user has it. */
export type Installed = Readonly<{
  /** An empty project with the package in it. */
  project: string
  /** Where the package lies in it. */
  folder: string
  /** What was packed, by its path. */
  packed: readonly string[]
  /** Writes a file into the project. @returns its path */
  write: (name: string, text: string) => Promise<string>
}>

/** Builds the package, packs it, and installs what was packed into an empty project. */
export async function installPackage(stack: AsyncDisposableStack): Promise<Installed> {
  const place = await mkdtemp(join(tmpdir(), 'crytom-sdk-'))
  stack.defer(() => rm(place, { recursive: true, force: true }))
  const [source, project] = [join(place, 'source'), join(place, 'project')]
  await Promise.all([source, project].map((one) => mkdir(one)))
  await buildSdk(source)
  const flags = ['--json', '--ignore-scripts', '--pack-destination', place]
  const { stdout } = await run('npm', ['pack', ...flags], { cwd: source })
  const report: readonly Packed[] = Object.values(JSON.parse(stdout))
  const [packed] = report
  if (packed === undefined) throw new Error('npm packed nothing')
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(project, name), text)
    return join(project, name)
  }
  await write('package.json', '{ "name": "shop", "version": "1.0.0", "private": true }')
  const tarball = join(place, packed.filename)
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project })
  return {
    project,
    folder: join(project, 'node_modules/crytom-sdk'),
    packed: packed.files.map((file) => file.path),
    write,
  }
}

type Packed = Readonly<{ filename: string; files: readonly Readonly<{ path: string }>[] }>

/** Puts modules of the repository into a project, for what a user would have installed too. */
export async function lend(project: string, names: readonly string[]): Promise<void> {
  for (const name of names) await symlink(join(MODULES, name), join(project, 'node_modules', name))
}
