import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { JsonRpcNode } from '../node/json-rpc.client.ts'
import { readRuntime, type Runtime } from './runtime.ts'

/** The runtimes of one node's chain, read once each. */
export type Runtimes = Readonly<{
  /** The runtime that made a block's state, without one the best block's. */
  runtimeAfter: (hash?: string) => Promise<Runtime>
  /** Reads an answer by a runtime. @throws chain.answer_unusable where that cannot be done */
  readBy: <Read>(method: string, read: () => Read) => Read
}>

const Versions = z.object({ specVersion: z.int(), transactionVersion: z.int() })
const Metadata = z.string().regex(/^0x(?:[0-9a-f]{2})+$/)

/** How many runtimes are kept; one lives for weeks. */
const RUNTIMES_MAX = 4
const PROBLEM_LENGTH_MAX = 200

/** Asks a node for its runtimes and keeps the newest few. */
export function createRuntimes(chain: ChainId, rpc: JsonRpcNode): Runtimes {
  const runtimes = new Map<number, Promise<Runtime>>()
  const readBy: Runtimes['readBy'] = (method, read) => {
    try {
      return read()
    } catch (cause) {
      const told = cause instanceof Error ? cause.message : 'it is not readable'
      const problem = told.slice(0, PROBLEM_LENGTH_MAX)
      const facts = { chain, node: rpc.name, method, problem }
      throw new AppError('chain.answer_unusable', facts, { cause })
    }
  }
  return {
    readBy,
    runtimeAfter: async (hash) => {
      const at = hash === undefined ? [] : [hash]
      const versions = await rpc.ask('state_getRuntimeVersion', at, Versions)
      const known = runtimes.get(versions.specVersion)
      if (known !== undefined) return known
      const [oldest] = runtimes.keys()
      if (runtimes.size >= RUNTIMES_MAX && oldest !== undefined) runtimes.delete(oldest)
      const method = 'state_getMetadata'
      const reading = rpc
        .ask(method, at, Metadata)
        .then((metadata) => readBy(method, () => readRuntime(metadata, versions)))
      runtimes.set(versions.specVersion, reading)
      reading.catch(() => runtimes.delete(versions.specVersion))
      return reading
    },
  }
}
