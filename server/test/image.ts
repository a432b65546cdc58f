import { globSync } from 'node:fs'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A line of the Dockerfile: its word, and what follows. */
export type Instruction = Readonly<{ word: string; rest: string }>

/** The stages of the Dockerfile, each from its FROM on. */
export async function readStages(): Promise<readonly (readonly Instruction[])[]> {
  const text = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const stages: Instruction[][] = []
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') stages.push([])
    stages.at(-1)?.push({ word, rest: rest.replace(/\s+/g, ' ').trim() })
  }
  return stages
}

/** What a stage takes from the checkout: sources, and where they go in it. */
export const copiesOf = (
  stage: readonly Instruction[],
): readonly Readonly<{ from: string; to: string }>[] =>
  stage
    .filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'))
    .flatMap(({ rest }) => {
      const words = rest.split(' ')
      const to = words.at(-1) ?? ''
      return words
        .slice(0, -1)
        .map((from) => ({ from, to: to.endsWith('/') ? join(to, from) : to }))
    })

/** Whether .dockerignore keeps a path of the checkout out of the build: the last rule that fits. */
export async function ignored(): Promise<(path: string) => boolean> {
  const text = await readFile(join(ROOT, '.dockerignore'), 'utf8')
  const rules = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return (path) =>
    rules.reduce((isOut, rule) => {
      const pattern = rule.replace(/^!/, '')
      // Docker's `*` takes names that begin with a dot as well.
      const isAll = pattern === '*'
      const fits = isAll || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`)
      return fits ? !rule.startsWith('!') : isOut
    }, false)
}

/** Lays out in a directory what the image has of the checkout; its packages are left out. */
export async function layOut(directory: string): Promise<void> {
  const isOut = await ignored()
  for (const { from, to } of copiesOf((await readStages()).at(-1) ?? [])) {
    const files = globSync([from, `${from}/**/*`], { cwd: ROOT, withFileTypes: true })
    for (const file of files.filter((one) => one.isFile())) {
      const path = join(file.parentPath, file.name).slice(ROOT.length)
      if (isOut(path)) continue
      const place = join(directory, to, path.slice(from.length))
      await mkdir(dirname(place), { recursive: true })
      await cp(join(ROOT, path), place)
    }
  }
}
