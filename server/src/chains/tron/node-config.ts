import { z } from 'zod'
import type { AppError } from '../../errors/app-error.ts'
import { assetsOn, type Network } from '../../money/registry.ts'
import { commonMembers, usualPollMs, type ChainFamily } from '../family.ts'
import { connectTron, type TronOptions, type TronUrls } from './adapter.ts'
import { checkTronAddress } from './address.ts'
import type { TronAsset } from './assets.ts'

const Address = z.string().transform((text, context) => {
  const check = checkTronAddress(text)
  if (check.kind === 'valid') return check.address
  context.addIssue(check.reason)
  return z.NEVER
})

const Entry = z.strictObject({
  ...commonMembers,
  /** Where `walletsolidity/…` is answered, in the order of `rpc`. */
  solidity: commonMembers.rpc.optional(),
  tokens: z.record(z.string(), Address).default({}),
  genesis: z
    .string()
    .regex(/^[0-9a-f]{8}$/, 'the last 8 digits of the id of the first block are expected')
    .optional(),
})
type Entry = z.infer<typeof Entry>
type Refuse = (problem: string) => AppError

/** Tron, through java-tron nodes or services that answer like them. */
export const tronFamily: ChainFamily = {
  read: (input, network, refuse) => {
    const options = readTronEntry(input, network, refuse)
    return (ctx) => connectTron(ctx, options)
  },
}

/**
 * What an entry of COFFER_CHAINS says of Tron.
 * @throws what `refuse` makes, z.ZodError
 */
export function readTronEntry(input: unknown, network: Network, refuse: Refuse): TronOptions {
  const entry = Entry.parse(input)
  const { tokens, genesis, timeoutMs } = entry
  if (entry.environment === 'live' && Object.keys(tokens).length > 0) {
    throw refuse('tokens cannot be replaced in live')
  }
  if (entry.environment === 'live' && genesis !== undefined) {
    throw refuse('genesis cannot be replaced in live')
  }
  return {
    chain: network.chain,
    genesis: genesis ?? network.chain.replace('tron:0x', ''),
    nodes: urlsOf(entry, refuse),
    assets: chosenAssets(entry, network, refuse),
    pollMs: entry.pollMs ?? usualPollMs(network),
    timeoutMs,
  }
}

function urlsOf({ rpc, solidity }: Entry, refuse: Refuse): TronOptions['nodes'] {
  if (solidity !== undefined && solidity.length !== rpc.length) {
    throw refuse('solidity needs one URL for each of rpc')
  }
  const urls = (url: string, place: number): TronUrls => {
    return { url, solidityUrl: solidity?.[place] ?? url }
  }
  const [first, ...more] = rpc
  return [urls(first, 0), ...more.map((url, place) => urls(url, place + 1))]
}

function chosenAssets({ tokens }: Entry, network: Network, refuse: Refuse): readonly TronAsset[] {
  const assets = assetsOn(network.chain)
  const symbols = assets.filter(({ kind }) => kind === 'token').map(({ currency }) => currency)
  const unknown = Object.keys(tokens).find((symbol) => !symbols.includes(symbol))
  if (unknown !== undefined) {
    throw refuse(`${unknown} is no token of ${network.name} (they are: ${symbols.join(', ')})`)
  }
  return assets.map(({ id, kind, contract, currency }) => {
    return { id, kind, contract: kind === 'token' ? (tokens[currency] ?? contract) : contract }
  })
}
