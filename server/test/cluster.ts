import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../src/shell/free-port.ts'
import { startRole, type RoleProcess } from './crash/role-process.ts'
import { startRoundRobin, type RoundRobin } from './round-robin.ts'

/** The roles of which there are two. */
export type ClusterRole = 'api' | 'worker'

/** Signer, two apis and two workers as processes on one database, behind one address. */
export type Cluster = AsyncDisposable &
  Readonly<{
    front: RoundRobin
    /** Where each api listens by itself. */
    apis: readonly string[]
    /** SIGKILL to the first or second of a role. */
    kill: (role: ClusterRole, nth: 0 | 1) => Promise<void>
    /** Starts it again. */
    start: (role: ClusterRole, nth: 0 | 1) => Promise<void>
    /** Writes where the front is to where programs look for the sandbox. */
    tellFront: () => Promise<void>
  }>

type Place = { running: RoleProcess | undefined; env: Readonly<Record<string, string>> }

/**
 * Starts them all at the same moment, as a host that comes up does; the signer is there before.
 *
 * @param env settings that they share, with the database and the data directory
 */
export async function startCluster(env: Readonly<Record<string, string>>): Promise<Cluster> {
  const stack = new AsyncDisposableStack()
  try {
    const front = stack.use(await startRoundRobin())
    const shared = { ...env, COFFER_PUBLIC_URL: front.url }
    stack.use(await startRole({ ...shared, COFFER_ROLES: 'signer', COFFER_SANDBOX: 'off' }))
    const ports = [await freePort(), await freePort()]
    const places: Record<ClusterRole, readonly [Place, Place]> = {
      api: [apiPlace(shared, ports[0]), apiPlace(shared, ports[1])],
      worker: [workerPlace(shared), workerPlace(shared)],
    }
    const all = [...places.api, ...places.worker]
    stack.defer(async () => {
      await Promise.all(all.map(async (place) => place.running?.[Symbol.asyncDispose]()))
    })
    await Promise.all(all.map(begin))
    const apis = ports.map((port) => `http://127.0.0.1:${port}`)
    for (const api of apis) front.servers.add(api)
    const owned = stack.move()
    return {
      ...{ front, apis },
      kill: async (role, nth) => {
        const place = places[role][nth]
        await place.running?.kill()
        place.running = undefined
      },
      start: (role, nth) => begin(places[role][nth]),
      tellFront: () => tellFront(env['COFFER_DATA'] ?? '', front.url),
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

const apiPlace = (shared: Place['env'], port: number | undefined): Place => ({
  running: undefined,
  env: { ...shared, COFFER_ROLES: 'api', PORT: String(port) },
})

const workerPlace = (shared: Place['env']): Place => ({
  running: undefined,
  env: { ...shared, COFFER_ROLES: 'worker' },
})

async function begin(place: Place): Promise<void> {
  place.running = await startRole(place.env)
}

/** Each api writes its own address there when it starts; who asks by way of the file means all. */
async function tellFront(dataDirectory: string, url: string): Promise<void> {
  const file = join(dataDirectory, 'sandbox.json')
  const text = await readFile(file, 'utf8')
  const known: object = JSON.parse(text)
  await writeFile(file, JSON.stringify({ ...known, url }))
}
