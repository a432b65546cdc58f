import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '../../src/main/platform.ts'
import { assetsOn } from '../../src/money/registry.ts'
import type { ChainId } from '../../src/money/units.ts'
import { systemClock } from '../../src/shell/clock.ts'
import { startTestPlatform } from '../test-platform.ts'
import type { V1Client } from '../v1-client.ts'

/** A platform whose sandbox sees real chains, and a client of its sandbox. */
export type RealPlatform = AsyncDisposable & Readonly<{ platform: Platform; client: V1Client }>

/** How to reach a chain's nodes, as in COFFER_CHAINS; the environment is the sandbox's. */
export type NodeEntry = Readonly<{ chain: ChainId; rpc: readonly string[] }> &
  Readonly<Record<string, unknown>>

const USUAL = { environment: 'test', pollMs: 100 }
const CAP = { perTransaction: '1000000', perDay: '1000000' }

/**
 * Starts worker and API with a database of their own, and the signer as a process of its own whose
 * policy lets coins of these chains move.
 */
export async function startRealPlatform(...entries: readonly NodeEntry[]): Promise<RealPlatform> {
  await using stack = new AsyncDisposableStack()
  const { platform, client } = await startTestPlatform(stack, {
    env: { COFFER_CHAINS: JSON.stringify(entries.map((entry) => ({ ...USUAL, ...entry }))) },
    prepare: async (dataDirectory) => {
      const directory = join(dataDirectory, 'signer')
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const policy = JSON.stringify(policyOf(entries))
      await writeFile(join(directory, 'policy.json'), policy, { mode: 0o600 })
    },
  })
  const owned = stack.move()
  return { platform, client, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
}

function policyOf(entries: readonly NodeEntry[]): object {
  const chains = entries.map(({ chain }) => {
    const assets = assetsOn(chain).map(({ currency }) => [currency, CAP] as const)
    return [chain, { destinations: 'any', fee: CAP, assets: Object.fromEntries(assets) }] as const
  })
  return { version: 1, chains: Object.fromEntries(chains) }
}

const LOOKS_MAX = 600
const LOOK_MS = 100

/** Looks until something is there. @throws Error with what was seen last */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  last: () => unknown = () => '',
): Promise<Value> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const value = await look()
    if (value !== undefined) return value
    await systemClock.sleep(LOOK_MS)
  }
  throw new Error(`never: ${what}; last: ${JSON.stringify(last())}`)
}
