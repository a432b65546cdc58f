import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

// A registry that mirrors only a part may lack the binaries of other platforms. npm then leaves
// them out of the lockfile, and `npm ci` refuses the lockfile for it. An entry that names another
// platform satisfies npm without being asked for anywhere, so this script adds one for each
// optional package that the lockfile names and does not hold. Run it after `npm install`.

const LOCKFILE = 'package-lock.json'

/** How the names of platform packages end, and the platform that each is for. */
const PLATFORMS = [
  [/darwin-(?:universal|all)|macos/, { os: ['darwin'] }],
  [/darwin-arm64/, { os: ['darwin'], cpu: ['arm64'] }],
  [/darwin-(?:x64|amd64)/, { os: ['darwin'], cpu: ['x64'] }],
  [/linux-arm64-musl/, { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
  [/linux-x64-musl/, { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  [/linux-arm64/, { os: ['linux'], cpu: ['arm64'] }],
  [/win32-arm64/, { os: ['win32'], cpu: ['arm64'] }],
  [/win32/, { os: ['win32'], cpu: ['x64'] }],
] as const

/** Where none of these fits, a platform that nothing of ours is run on. */
const ELSEWHERE = { os: ['aix'] }

// Records keep their keys in the order of the file; objects of a schema would not.
const Members = z.record(z.string(), z.unknown())
const Wanted = z.record(z.string(), z.string()).default({})

const lockfile = Members.parse(JSON.parse(readFileSync(LOCKFILE, 'utf8')))
const packages = z.record(z.string(), Members).parse(lockfile['packages'])
const held = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')))
const added = Object.values(packages).flatMap(({ optionalDependencies, dev }) =>
  Object.entries(Wanted.parse(optionalDependencies))
    .filter(([name]) => !held.has(name))
    .map(([name, version]) => [`node_modules/${name}`, placeholder(name, version, dev)] as const),
)
const sorted = [...Object.entries(packages), ...added].sort(byPath)
lockfile['packages'] = Object.fromEntries(sorted)
if (added.length > 0) writeFileSync(LOCKFILE, `${JSON.stringify(lockfile, undefined, 2)}\n`)
console.log(added.length === 0 ? 'nothing is missing' : added.map(([path]) => path).join('\n'))

function placeholder(name: string, version: string, dev: unknown): object {
  const platform = PLATFORMS.find(([form]) => form.test(name))?.[1] ?? ELSEWHERE
  return { version: version.replace(/^\D*/, ''), ...platform, dev, optional: true }
}

function byPath([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one.localeCompare(other, 'en')
}
