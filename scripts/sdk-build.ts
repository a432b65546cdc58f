import { execFile } from 'node:child_process'
import { copyFile, glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../', import.meta.url))
const PACKAGE = join(ROOT, 'packages/crytom-sdk')
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc')

/** How each form of the package is compiled, and what Node is to take its files for. */
const FORMS = [
  {
    name: 'esm',
    type: 'module',
    flags: ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  },
  {
    name: 'cjs',
    type: 'commonjs',
    flags: ['--module', 'commonjs', '--moduleResolution', 'bundler'],
  },
] as const

/**
 * Compiles `crytom-sdk` to ES modules and to CommonJS, each with its types, and puts what is
 * published beside it.
 *
 * @param target the directory of the package as it is published
 * @throws Error with what the compiler said
 */
export async function buildSdk(target: string): Promise<void> {
  await rm(join(target, 'dist'), { recursive: true, force: true })
  await Promise.all(
    FORMS.map(async ({ name, type, flags }) => {
      const folder = join(target, 'dist', name)
      await mkdir(folder, { recursive: true })
      await compile(['-p', PACKAGE, '--outDir', folder, ...flags])
      await nameCompiledFiles(folder)
      await writeFile(join(folder, 'package.json'), `${JSON.stringify({ type })}\n`)
    }),
  )
  if (target === PACKAGE) return
  for (const name of ['package.json', 'README.md']) {
    await copyFile(join(PACKAGE, name), join(target, name))
  }
  await copyFile(join(ROOT, 'LICENSE'), join(target, 'LICENSE'))
}

async function compile(flags: readonly string[]): Promise<void> {
  try {
    await run(process.execPath, [COMPILER, ...flags])
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(`tsc failed:\n${said}`, { cause: error })
  }
}

/** The compiler leaves `./errors.ts` in declarations, where older compilers find nothing. */
async function nameCompiledFiles(folder: string): Promise<void> {
  for await (const name of glob('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, name)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/(from '\.[^']*|import\("\.[^"]*)\.ts(?=['"])/g, '$1.js'))
  }
}
