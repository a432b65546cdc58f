import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { assetsOn, networkByChain, type Network } from '../../money/registry.ts'
import type { Environment } from '../../shell/book.ts'
import type { EvmAdapterOptions } from './adapter.ts'
import { checkEvmAddress } from './address.ts'
import type { EvmAsset } from './assets.ts'

/** The environment variable that these texts come from. */
const ENV = 'COFFER_CHAINS'

/** A chain that real nodes are configured for: whose books see it, and how it is looked at. */
export type ConnectedChain = Readonly<{ environment: Environment; options: EvmAdapterOptions }>

const TIMEOUT_MS = 10_000
const POLL_MS_MIN = 1_000
const POLL_MS_MAX = 5_000

const Confirmations = z
  .strictObject({
    safe: z.int().min(1).max(100_000),
    final: z.int().min(1).max(100_000),
  })
  .refine(({ safe, final }) => safe <= final, 'safe must not be more than final')

const Rpc = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'an http(s) URL is expected')

const Address = z.string().transform((text, context) => {
  const check = checkEvmAddress(text)
  if (check.kind === 'valid') return check.address
  context.addIssue(check.reason)
  return z.NEVER
})

const Entry = z.strictObject({
  environment: z.enum(['test', 'live']),
  chain: z.string(),
  rpc: z.array(Rpc).min(1).max(10),
  finality: z.union([z.literal('tags'), Confirmations]).default('tags'),
  internal: z.enum(['auto', 'trace', 'balance', 'off']).default('auto'),
  tokens: z.record(z.string(), Address).default({}),
  deliversLess: z.array(z.string()).default([]),
  chainId: z.int().min(1).optional(),
  pollMs: z.int().min(100).max(600_000).optional(),
  timeoutMs: z.int().min(100).max(600_000).default(TIMEOUT_MS),
})
type Entry = z.infer<typeof Entry>

/**
 * Reads the setting COFFER_CHAINS, which `docs/chains.md` describes.
 *
 * @throws shell.setting_invalid naming the entry and what is wrong with it
 */
export function parseNodeConfig(text: string): readonly ConnectedChain[] {
  const parsed = z.array(Entry).max(100).safeParse(parseJson(text))
  if (!parsed.success) throw invalid(parsed.error.issues.map(sentence).join('; '))
  const connected = parsed.data.map(connect)
  const keys = connected.map(({ environment, options }) => `${environment} ${options.chain}`)
  const twice = keys.find((key, place) => keys.indexOf(key) !== place)
  if (twice !== undefined) throw invalid(`${twice} is given twice; list all its nodes in one rpc`)
  return connected
}

function connect(entry: Entry, place: number): ConnectedChain {
  const refuse = (problem: string): AppError => invalid(`entry ${place + 1}: ${problem}`)
  const network = networkByChain(entry.chain)
  if (network === undefined) throw refuse(`there is no network ${entry.chain}`)
  const [, reference = ''] = network.chain.split(':')
  if (network.family !== 'eip155') throw refuse(`${network.name} cannot be connected yet`)
  if (entry.environment === 'live') refuseOverrides(entry, network, refuse)
  return {
    environment: entry.environment,
    options: {
      chain: network.chain,
      nodeChainId: BigInt(entry.chainId ?? reference),
      urls: entry.rpc,
      assets: chosenAssets(entry, network, refuse),
      finality: entry.finality,
      internal: entry.internal,
      pollMs: entry.pollMs ?? Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, network.blockTimeMs)),
      timeoutMs: entry.timeoutMs,
    },
  }
}

/** Real money goes by the registry alone: no setting may make another token worth dollars. */
function refuseOverrides(
  entry: Entry,
  network: Network,
  refuse: (problem: string) => AppError,
): void {
  if (Object.keys(entry.tokens).length > 0) throw refuse('tokens cannot be replaced in live')
  if (entry.chainId !== undefined) throw refuse('chainId cannot be replaced in live')
  if (network.local) throw refuse(`${network.name} is a local network: use it in test`)
}

function chosenAssets(
  entry: Entry,
  network: Network,
  refuse: (problem: string) => AppError,
): readonly EvmAsset[] {
  const assets = assetsOn(network.chain)
  const symbols = assets.filter((asset) => asset.kind === 'token').map((asset) => asset.currency)
  const named = [...Object.keys(entry.tokens), ...entry.deliversLess]
  const unknown = named.find((symbol) => !symbols.includes(symbol))
  if (unknown !== undefined) {
    const known = symbols.length > 0 ? symbols.join(', ') : 'none'
    throw refuse(`${unknown} is no token of ${network.name} (they are: ${known})`)
  }
  return assets.map(({ id, kind, contract, currency }) => ({
    id,
    kind,
    contract: kind === 'token' ? (entry.tokens[currency] ?? contract) : contract,
    ...(entry.deliversLess.includes(currency) && kind === 'token' ? { deliversLess: true } : {}),
  }))
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

function sentence({ path: [place, ...members], message }: z.core.$ZodIssue): string {
  const where = typeof place === 'number' ? `entry ${place + 1}` : 'the list'
  return `${[where, ...members.map(String)].join(', ')}: ${message}`
}
