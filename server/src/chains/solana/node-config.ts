import { z } from 'zod'
import type { AppError } from '../../errors/app-error.ts'
import { assetsOn, type Network } from '../../money/registry.ts'
import type { AssetId } from '../../money/units.ts'
import { commonMembers, usualPollMs, type ChainFamily } from '../family.ts'
import { connectSolana, type SolanaOptions } from './adapter.ts'
import { checkSolanaAddress } from './address.ts'

const Address = z.string().transform((text, context) => {
  const check = checkSolanaAddress(text)
  if (check.kind === 'valid') return check.address
  context.addIssue(check.reason)
  return z.NEVER
})

const Entry = z.strictObject({
  ...commonMembers,
  tokens: z.record(z.string(), Address).default({}),
  genesis: Address.optional(),
})
type Entry = z.infer<typeof Entry>
type Refuse = (problem: string) => AppError

/** Solana, and its test networks. */
export const solanaFamily: ChainFamily = {
  read: (entry, network, refuse) => {
    const options = readSolanaEntry(entry, network, refuse)
    return (ctx) => connectSolana(ctx, options)
  },
}

/**
 * What an entry of COFFER_CHAINS says of Solana.
 * @throws what `refuse` makes, z.ZodError
 */
export function readSolanaEntry(input: unknown, network: Network, refuse: Refuse): SolanaOptions {
  const entry = Entry.parse(input)
  const [, reference = ''] = network.chain.split(':')
  if (entry.environment === 'live') refuseOverrides(entry, refuse)
  return {
    chain: network.chain,
    genesis: entry.genesis ?? reference,
    urls: entry.rpc,
    tokens: chosenTokens(entry, network, refuse),
    pollMs: entry.pollMs ?? usualPollMs(network),
    timeoutMs: entry.timeoutMs,
  }
}

/** Real money goes by the registry alone: no setting may make another token worth dollars. */
function refuseOverrides(entry: Entry, refuse: Refuse): void {
  if (Object.keys(entry.tokens).length > 0) throw refuse('tokens cannot be replaced in live')
  if (entry.genesis !== undefined) throw refuse('genesis cannot be replaced in live')
}

function chosenTokens(
  entry: Entry,
  network: Network,
  refuse: Refuse,
): ReadonlyMap<AssetId, string> {
  const tokens = assetsOn(network.chain).filter((asset) => asset.kind === 'token')
  const symbols = tokens.map((asset) => asset.currency)
  const unknown = Object.keys(entry.tokens).find((symbol) => !symbols.includes(symbol))
  if (unknown !== undefined) {
    const known = symbols.length > 0 ? symbols.join(', ') : 'none'
    throw refuse(`${unknown} is no token of ${network.name} (they are: ${known})`)
  }
  return new Map(
    tokens.map(({ id, currency, contract }) => [id, entry.tokens[currency] ?? contract ?? '']),
  )
}
