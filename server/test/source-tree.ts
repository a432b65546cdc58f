import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { parse, type Node } from 'acorn'

/** One source file with what the style test asks about it. */
export type SourceFile = Readonly<{
  /** Path from the repository's root, with `/`. */
  path: string
  text: string
  lines: readonly string[]
  syntax: Node
  imports: readonly Import[]
}>

/** An import or re-export: `target` is a path from the root for our own files. */
export type Import = Readonly<{ target: string; typeOnly: boolean; ours: boolean }>

const ROOT = new URL('../../', import.meta.url).pathname

/** Reads and parses every TypeScript file that matches the globs, from the repository's root. */
export function readSources(globs: readonly string[]): readonly SourceFile[] {
  const paths = globSync([...globs], { cwd: ROOT }).sort()
  return paths.filter((path) => !path.includes('node_modules')).map(readSource)
}

/** Text of one file, from the repository's root. */
export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

function readSource(path: string): SourceFile {
  const text = readText(path)
  // Types become blanks of the same length: every position stays true.
  const javascript = stripTypeScriptTypes(text)
  const syntax = parse(javascript, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    allowHashBang: true,
  })
  return { path, text, lines: text.split('\n'), syntax, imports: readImports(path, text) }
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)|new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g

function readImports(path: string, text: string): readonly Import[] {
  const fixed = [...text.matchAll(IMPORT)].map((match) => ({
    specifier: match[2] ?? '',
    typeOnly: match[1] !== undefined || onlyTypes(match[0]),
  }))
  const dynamic = [...text.matchAll(DYNAMIC)].map((match) => ({
    specifier: match[1] ?? match[2] ?? '',
    typeOnly: false,
  }))
  return [...fixed, ...dynamic].map(({ specifier, typeOnly }) => {
    const ours = specifier.startsWith('.')
    const target = ours ? normalize(join(dirname(path), specifier)) : specifier
    return { target, typeOnly, ours }
  })
}

/** `import { type A, type B } from` loads nothing at run time either. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]
  if (names === undefined || /^import\s+\w/.test(statement)) return false
  const listed = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return listed.length > 0 && listed.every((name) => name.startsWith('type '))
}
