import { readSources, type SourceFile } from './source-tree.ts'

/** The server's own sources, tests among them. */
export const sources = readSources(['server/src/**/*.ts'])

/** Beside them: what supports tests, scripts and benchmarks. */
export const supporting = readSources([
  'server/test/**/*.ts',
  'upstreams/**/*.ts',
  'scripts/**/*.ts',
  'bench/**/*.ts',
])

// What is made from the routes is as long as they are.
const packages = readSources(['packages/*/{src,test}/**/*.ts']).filter(
  (file) => !file.path.includes('/generated/'),
)

/** What is published of the packages. */
export const published = packages.filter((file) => /\/src\/.*(?<!\.test)\.ts$/.test(file.path))

/** All of them. */
export const everything = [...sources, ...supporting, ...packages]

/** What runs in production. */
export const product = sources.filter((file) => !isTest(file.path))

/** Rooms from the bottom up: a room imports its own floor's neighbours only where listed. */
export const FLOORS: readonly (readonly string[])[] = [
  ['errors', 'money', 'totp'],
  ['shell'],
  ['ledger', 'chains/contract'],
  ['chains', 'custody', 'signer'],
  [
    'tenancy',
    'rates',
    'events',
    'explain',
    'payments',
    'sandbox',
    'wallets',
    'sweeps',
    'payouts',
    'conversions',
  ],
  ['api'],
  ['main'],
]

/** Whether a path is that of tests. */
export function isTest(path: string): boolean {
  return /\.(test|suite)\.ts$/.test(path)
}

/** The room that a file of the server lies in. */
export function roomOf(path: string): string {
  const inside = path.replace('server/src/', '')
  if (inside.startsWith('chains/contract')) return 'chains/contract'
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : 'main'
}

/** The floor of a file's room; -1 when the house has none for it. */
export const floorOf = (path: string): number =>
  FLOORS.findIndex((floor) => floor.includes(roomOf(path)))

/** Path and number of each line that breaks a rule. */
export const places = (files: readonly SourceFile[], breaks: (line: string) => boolean): string[] =>
  files.flatMap((file) =>
    file.lines.flatMap((line, index) => (breaks(line) ? [`${file.path}:${index + 1}`] : [])),
  )
