import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { ChainId } from '../../money/units.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { BlockRef } from '../contract.ts'
import type { NodePlace } from '../node/exchange.client.ts'
import { createJsonRpcNode, type JsonRpcNode } from '../node/json-rpc.client.ts'
import { hashOf } from './codec.ts'
import type { RuntimeEvent } from './decoded.ts'
import type { AccountInfo } from './runtime.ts'
import { createRuntimes, type Runtimes } from './runtimes.client.ts'

/** One node of Asset Hub. Every verb throws what `JsonRpcNode` throws, and chain.wrong_network. */
export type PolkadotNode = Runtimes &
  Readonly<{
    chain: ChainId
    name: string
    rpc: JsonRpcNode
    /** The hash of the best chain's block at a height; undefined above the tip. */
    hashAt: (height: number) => Promise<string | undefined>
    /** The block with a hash; without one the best. Undefined when the node does not know it. */
    headerOf: (hash?: string) => Promise<Header | undefined>
    finalizedHead: () => Promise<string>
    /** What happened in a block. */
    eventsOf: (header: Header) => Promise<readonly RuntimeEvent[]>
    /** The extrinsics of a block, in hexadecimal. */
    extrinsicsOf: (hash: string) => Promise<readonly string[]>
    /** What waits in its pool, in hexadecimal; nothing where a node does not show it. */
    pool: () => Promise<readonly string[]>
    /** The hashes of a block's extrinsics, in their order. */
    hashesOf: (hash: string) => Promise<readonly string[]>
    /** The nonce that a new transaction is to have, what waits in the pool counted. */
    nextNonce: (address: string) => Promise<bigint>
    /** What an address has after a block; nothing where it does not exist. */
    accountAt: (address: string, hash?: string) => Promise<AccountInfo>
  }>

/** A block with its place, and the one before it. */
export type Header = BlockRef & Readonly<{ parentHash: string }>

const Hash = z.string().regex(/^0x[0-9a-f]{64}$/)
const Hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/)
const HeaderAnswer = z.object({
  parentHash: Hash,
  number: z
    .string()
    .regex(/^0x[0-9a-f]{1,8}$/)
    .transform((text) => Number.parseInt(text, 16)),
})
const Block = z.object({ block: z.object({ extrinsics: z.array(Hex) }) })

const NOTHING: AccountInfo = { nonce: 0n, free: 0n, reserved: 0n, frozen: 0n }

/** Of how many blocks the hashes of extrinsics are kept; what a block holds never changes. */
const HASHES_MAX = 1_000

/** Makes the client of one node. Its genesis is checked once, before the first question. */
export function createPolkadotNode(
  ctx: Pick<ShellCtx, 'clock'>,
  place: NodePlace & Readonly<{ genesis: string }>,
): PolkadotNode {
  const { chain } = place
  const rpc = checked(createJsonRpcNode(ctx, place), place)
  const { name } = rpc
  const { runtimeAfter, readBy } = createRuntimes(chain, rpc)
  const at = (hash?: string): readonly string[] => (hash === undefined ? [] : [hash])
  const stored = <Read>(key: string, hash: string | undefined, read: (value: string) => Read) =>
    rpc
      .ask('state_getStorage', [key, ...at(hash)], Hex.nullable())
      .then((value) => value && readBy('state_getStorage', () => read(value)))
  const extrinsicsOf: PolkadotNode['extrinsicsOf'] = async (hash) =>
    (await rpc.ask('chain_getBlock', [hash], Block)).block.extrinsics
  return {
    chain,
    name,
    rpc,
    hashAt: async (height) =>
      (await rpc.ask('chain_getBlockHash', [height], Hash.nullable())) ?? undefined,
    headerOf: async (hash) => {
      const known = hash ?? (await rpc.ask('chain_getBlockHash', [], Hash))
      const header = await rpc.ask('chain_getHeader', [known], HeaderAnswer.nullable())
      return header
        ? { height: header.number, hash: known, parentHash: header.parentHash }
        : undefined
    },
    finalizedHead: () => rpc.ask('chain_getFinalizedHead', [], Hash),
    runtimeAfter,
    readBy,
    eventsOf: async ({ hash, parentHash }) => {
      const { eventsKey, readEvents } = await runtimeAfter(parentHash)
      return (await stored(eventsKey, hash, readEvents)) || []
    },
    extrinsicsOf,
    pool: async () => {
      const outcome = await rpc.attempt('author_pendingExtrinsics', [], z.array(Hex))
      return outcome.kind === 'result' ? outcome.value : []
    },
    hashesOf: rememberLast(HASHES_MAX, async (hash) =>
      (await extrinsicsOf(hash)).map((hex) => hashOf(Buffer.from(hex.slice(2), 'hex'))),
    ),
    nextNonce: async (address) =>
      BigInt(await rpc.ask('system_accountNextIndex', [address], z.int().min(0))),
    accountAt: async (address, hash) => {
      const { accountKey, readAccount } = await runtimeAfter(hash)
      return (await stored(accountKey(address), hash, readAccount)) || NOTHING
    },
  }
}

/** The same work, whose last results are kept; failures are not. */
function rememberLast<Result>(
  most: number,
  work: (key: string) => Promise<Result>,
): (key: string) => Promise<Result> {
  const known = new Map<string, Result>()
  return async (key) => {
    const found = known.get(key) ?? (await work(key))
    const [oldest] = known.keys()
    if (known.size >= most && oldest !== undefined) known.delete(oldest)
    known.set(key, found)
    return found
  }
}

/** The same client, which asks for the genesis first. */
function checked(
  rpc: JsonRpcNode,
  { chain, genesis }: Readonly<{ chain: ChainId; genesis: string }>,
): JsonRpcNode {
  let done: Promise<void> | undefined
  const check = async (): Promise<void> => {
    const found = await rpc.ask('chain_getBlockHash', [0], Hash.nullable())
    const expected = `0x${genesis}`
    if (found === expected) return
    const facts = { chain, node: rpc.name, expected, found: found ?? 'nothing' }
    throw new AppError('chain.wrong_network', facts)
  }
  const once = (): Promise<void> =>
    (done ??= check().catch((error: unknown) => {
      done = undefined
      throw error
    }))
  return {
    name: rpc.name,
    ask: async (method, parameters, schema) => {
      await once()
      return rpc.ask(method, parameters, schema)
    },
    attempt: async (method, parameters, schema) => {
      await once()
      return rpc.attempt(method, parameters, schema)
    },
  }
}
