import { compactStripLength, hexToU8a, u8aToHex } from '@polkadot/util'
import { z } from 'zod'
import { isControl } from '../control.ts'
import { serve, type Answered, type Asked, type Listening } from '../http-server.ts'
import { control } from './control.ts'
import {
  createPolkadotChain,
  type PolkadotChain,
  type Refusal,
  type StandInBlock,
} from './chain.ts'
import { feeOfLength } from './execute.ts'
import { readExtrinsic } from './extrinsic.ts'
import {
  accountOf,
  METADATA,
  registry,
  runtime,
  VERSION,
  writeAccount,
  writeEvents,
} from './runtime.ts'

/** A node of Asset Hub, and the chain behind it. */
export type PolkadotStandIn = Listening & Readonly<{ chain: PolkadotChain }>

/** The existential deposit of Asset Hub, in planck. */
export const EXISTENTIAL_DEPOSIT = 100_000_000n

/**
 * Starts a stand-in of an Asset Hub node on a free port: JSON-RPC over HTTP, with the metadata of
 * the real runtime. Extrinsics are read and verified by `@polkadot/types` and schnorrkel.
 */
export async function startPolkadotStandIn(
  options: Readonly<{ existentialDeposit: bigint }> = { existentialDeposit: EXISTENTIAL_DEPOSIT },
): Promise<PolkadotStandIn> {
  const chain = createPolkadotChain(options.existentialDeposit)
  const listening = await serve((asked) => answer(chain, asked))
  return { ...listening, chain }
}

const Call = z.object({
  id: z.union([z.number(), z.string()]),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
})

type Result = Readonly<{ result: unknown } | { error: Refusal }>

function answer(chain: PolkadotChain, asked: Asked): Answered | Promise<Answered> {
  if (isControl(asked)) return control(chain, asked)
  const { id, method, params } = Call.parse(JSON.parse(asked.body.toString('utf8')))
  return { status: 200, value: { jsonrpc: '2.0', id, ...call(chain, method, params) } }
}

const quantity = (number: number): string => `0x${number.toString(16)}`

function call(chain: PolkadotChain, method: string, params: readonly unknown[]): Result {
  const [first, second] = params
  switch (method) {
    case 'chain_getBlockHash':
      return { result: blockHash(chain, first) }
    case 'chain_getFinalizedHead':
      return { result: chain.finalized().hash }
    case 'chain_getHeader':
      return onBlock(chain, first, (block) => (block === undefined ? null : header(block)))
    case 'chain_getBlock':
      return onBlock(chain, first, (block) =>
        block === undefined
          ? null
          : {
              block: { header: header(block), extrinsics: block.extrinsics },
              justifications: null,
            },
      )
    case 'state_getRuntimeVersion':
      return onState(chain, first, (block) => versionAfter(chain, block))
    case 'state_getMetadata':
      return onState(chain, first, (block) => (chain.isUpgraded(block) ? UNREADABLE : METADATA))
    case 'state_getStorage':
      return onState(chain, second, (block) => storage(chain, block, z.string().parse(first)))
    case 'state_call':
      return first === 'TransactionPaymentApi_query_info'
        ? { result: queryInfo(z.string().parse(second)) }
        : { error: { code: 4003, message: `Client error: ${String(first)} is not there` } }
    default:
      return poolCall(chain, method, first)
  }
}

function poolCall(chain: PolkadotChain, method: string, first: unknown): Result {
  switch (method) {
    case 'author_pendingExtrinsics':
      return { result: chain.waiting().map((tx) => tx.hex) }
    case 'author_submitExtrinsic':
      return submit(chain, z.string().parse(first))
    case 'system_accountNextIndex':
      return { result: nextIndex(chain, accountOf(z.string().parse(first))) }
    case 'system_chain':
      return { result: 'Polkadot Asset Hub' }
    case 'system_health':
      return { result: { peers: 8, isSyncing: false, shouldHavePeers: true } }
    case 'system_properties':
      return { result: { ss58Format: 0, tokenDecimals: 10, tokenSymbol: 'DOT' } }
    default:
      return { error: { code: -32601, message: 'Method not found' } }
  }
}

function blockHash(chain: PolkadotChain, number: unknown): string | null {
  if (number === undefined || number === null) return chain.best().hash
  return chain.byNumber(z.number().parse(number))?.hash ?? null
}

function onBlock(
  chain: PolkadotChain,
  hash: unknown,
  show: (block: StandInBlock | undefined) => unknown,
): Result {
  const isGiven = hash !== undefined && hash !== null
  return { result: show(isGiven ? chain.byHash(z.string().parse(hash)) : chain.best()) }
}

/** State is refused for a block that the node does not know. */
function onState(
  chain: PolkadotChain,
  hash: unknown,
  show: (block: StandInBlock) => unknown,
): Result {
  const isGiven = hash !== undefined && hash !== null
  const block = isGiven ? chain.byHash(z.string().parse(hash)) : chain.best()
  if (block !== undefined) return { result: show(block) }
  const message = `Client error: UnknownBlock: State already discarded for ${String(hash)}`
  return { error: { code: 4003, message } }
}

/** Metadata of a version that does not exist yet. */
const UNREADABLE = '0x6d657461ff'

const versionAfter = (chain: PolkadotChain, block: StandInBlock) =>
  chain.isUpgraded(block) ? { ...VERSION, specVersion: VERSION.specVersion + 1 } : VERSION

const header = (block: StandInBlock) => ({
  parentHash: block.parentHash,
  number: quantity(block.number),
  stateRoot: `0x${'11'.repeat(32)}`,
  extrinsicsRoot: `0x${'22'.repeat(32)}`,
  digest: { logs: [] },
})

/** The key of a storage entry of System. */
function keyOf(entry: string, ...args: readonly string[]): string {
  const write = runtime.query['system']?.[entry]
  if (write === undefined) throw new Error(`the runtime keeps no ${entry}`)
  return u8aToHex(compactStripLength(write(...args))[1])
}

const EVENTS_KEY = keyOf('events')

function storage(chain: PolkadotChain, block: StandInBlock, key: string): string | null {
  if (key === EVENTS_KEY) {
    return writeEvents(block.executed.flatMap(({ happenings }) => happenings))
  }
  const account = `0x${key.slice(-64)}`
  const address = registry.createType('AccountId', hexToU8a(account)).toString()
  if (keyOf('account', address) !== key) return null
  const { free, nonce } = chain.accountAt(block, account)
  return free === 0n && nonce === 0n ? null : writeAccount(Number(nonce), free)
}

/** Weight, class and fee, as the runtime's call answers them. */
function queryInfo(data: string): string {
  const fee = feeOfLength(hexToU8a(data).length - 4)
  const info = { weight: { refTime: 1_000, proofSize: 100 }, class: 'Normal', partialFee: fee }
  return u8aToHex(registry.createType('RuntimeDispatchInfo', info).toU8a())
}

function submit(chain: PolkadotChain, hex: string): Result {
  const tx = readExtrinsic(hex)
  if (tx === undefined) {
    const data = 'Could not decode Extrinsic'
    return { error: { code: 1002, message: 'Verification Error: Runtime error', data } }
  }
  const error = chain.submit(tx)
  return error === undefined ? { result: tx.hash } : { error }
}

/** The next nonce, what waits counted as long as none is missing. */
function nextIndex(chain: PolkadotChain, account: string): number {
  const used = new Set(
    chain
      .waiting()
      .filter((tx) => tx.sender === account)
      .map((tx) => tx.nonce),
  )
  let next = chain.accountAt(chain.best(), account).nonce
  while (used.has(next)) next += 1n
  return Number(next)
}
