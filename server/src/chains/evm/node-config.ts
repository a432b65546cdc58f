import { z } from 'zod'
import type { AppError } from '../../errors/app-error.ts'
import { assetsOn, type Network } from '../../money/registry.ts'
import { commonMembers, Confirmations, usualPollMs, type ChainFamily } from '../family.ts'
import { connectEvm, type EvmAdapterOptions } from './adapter.ts'
import { checkEvmAddress } from './address.ts'
import type { EvmAsset } from './assets.ts'

const Address = z.string().transform((text, context) => {
  const check = checkEvmAddress(text)
  if (check.kind === 'valid') return check.address
  context.addIssue(check.reason)
  return z.NEVER
})

const Entry = z.strictObject({
  ...commonMembers,
  finality: z.union([z.literal('tags'), Confirmations]).default('tags'),
  internal: z.enum(['auto', 'trace', 'balance', 'off']).default('auto'),
  tokens: z.record(z.string(), Address).default({}),
  deliversLess: z.array(z.string()).default([]),
  chainId: z.int().min(1).optional(),
})
type Entry = z.infer<typeof Entry>
type Refuse = (problem: string) => AppError

/** Chains that are asked like Ethereum. */
export const evmFamily: ChainFamily = {
  read: (entry, network, refuse) => {
    const options = readEvmEntry(entry, network, refuse)
    return (ctx) => connectEvm(ctx, options)
  },
}

/**
 * What an entry of COFFER_CHAINS says of an EVM chain.
 * @throws what `refuse` makes, z.ZodError
 */
export function readEvmEntry(input: unknown, network: Network, refuse: Refuse): EvmAdapterOptions {
  const entry = Entry.parse(input)
  const [, reference = ''] = network.chain.split(':')
  if (entry.environment === 'live') refuseOverrides(entry, refuse)
  return {
    chain: network.chain,
    nodeChainId: BigInt(entry.chainId ?? reference),
    urls: entry.rpc,
    assets: chosenAssets(entry, network, refuse),
    finality: entry.finality,
    internal: entry.internal,
    pollMs: entry.pollMs ?? usualPollMs(network),
    timeoutMs: entry.timeoutMs,
  }
}

/** Real money goes by the registry alone: no setting may make another token worth dollars. */
function refuseOverrides(entry: Entry, refuse: Refuse): void {
  if (Object.keys(entry.tokens).length > 0) throw refuse('tokens cannot be replaced in live')
  if (entry.chainId !== undefined) throw refuse('chainId cannot be replaced in live')
}

function chosenAssets(entry: Entry, network: Network, refuse: Refuse): readonly EvmAsset[] {
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
