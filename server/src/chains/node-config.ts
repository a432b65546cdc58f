import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { networkByChain } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Environment } from '../shell/book.ts'
import { readAgreeAbove } from './agree-above.ts'
import { bitcoinFamily } from './bitcoin/node-config.ts'
import type { AgreeAbove } from './contract-book-chain.ts'
import { evmFamily } from './evm/node-config.ts'
import { commonMembers, type ChainFamily, type Connect } from './family.ts'
import { solanaFamily } from './solana/node-config.ts'
import { polkadotFamily } from './polkadot/node-config.ts'
import { stacksFamily } from './stacks/node-config.ts'
import { tronFamily } from './tron/node-config.ts'

/** The environment variable that these texts come from. */
const ENV = 'COFFER_CHAINS'

/** A chain that nodes are configured for: whose books see it, and how it is connected. */
export type ConnectedChain = Readonly<{
  environment: Environment
  chain: ChainId
  connect: Connect
  agreeAbove: AgreeAbove | undefined
}>

const families: Readonly<Partial<Record<NetworkFamily, ChainFamily>>> = {
  bip122: bitcoinFamily,
  eip155: evmFamily,
  solana: solanaFamily,
  stacks: stacksFamily,
  polkadot: polkadotFamily,
  tron: tronFamily,
}

const Entry = z.looseObject({
  environment: commonMembers.environment,
  chain: commonMembers.chain,
  rpc: z.unknown(),
  agreeAbove: commonMembers.agreeAbove,
})

/**
 * Reads the setting COFFER_CHAINS, which `docs/chains.md` describes.
 *
 * @throws shell.setting_invalid naming the entry and what is wrong with it
 */
export function parseNodeConfig(text: string): readonly ConnectedChain[] {
  const entries = parse(z.array(Entry).max(100), parseJson(text), [])
  const connected = entries.map(readEntry)
  const keys = connected.map(({ environment, chain }) => `${environment} ${chain}`)
  const twice = keys.find((key, place) => keys.indexOf(key) !== place)
  if (twice !== undefined) throw invalid(`${twice} is given twice; list all its nodes in one rpc`)
  return connected
}

function readEntry(entry: z.infer<typeof Entry>, place: number): ConnectedChain {
  const refuse = (problem: string): AppError => invalid(`entry ${place + 1}: ${problem}`)
  const network = networkByChain(entry.chain)
  if (network === undefined) throw refuse(`there is no network ${entry.chain}`)
  const family = families[network.family]
  if (family === undefined) throw refuse(`${network.name} cannot be connected yet`)
  if (entry.environment === 'live' && network.local) {
    throw refuse(`${network.name} is a local network: use it in test`)
  }
  try {
    const connect = family.read(entry, network, refuse)
    const { environment, rpc, agreeAbove: amounts } = entry
    const { chain } = network
    const nodes = Array.isArray(rpc) ? new Set(rpc).size : 0
    const agreeAbove =
      amounts === undefined ? undefined : readAgreeAbove({ chain, nodes, amounts }, refuse)
    return { environment, chain, connect, agreeAbove }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw invalid(sentences(error.issues, [place]))
  }
}

function parse<Value>(schema: z.ZodType<Value>, value: unknown, at: readonly number[]): Value {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(sentences(parsed.error.issues, at))
}

const invalid = (problem: string): AppError =>
  new AppError('shell.setting_invalid', { env: ENV, problem })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own message would quote the text, which may hold a provider's key.
    const problem = 'it is not JSON'
    throw new AppError('shell.setting_invalid', { env: ENV, problem }, { cause: typeof cause })
  }
}

const sentences = (issues: readonly z.core.$ZodIssue[], at: readonly number[]): string =>
  issues.map(({ path, message }) => sentence([...at, ...path], message)).join('; ')

function sentence([place, ...members]: readonly PropertyKey[], message: string): string {
  const where = typeof place === 'number' ? `entry ${place + 1}` : 'the list'
  return `${[where, ...members.map(String)].join(', ')}: ${message}`
}
