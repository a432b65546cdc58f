import { z } from 'zod'
import { assets, type Asset } from '../../money/registry.ts'
import type { Book } from '../../shell/book.ts'
import type { ApiCtx } from '../context.ts'
import { route } from '../route.ts'

/** A currency on a network, as the document lists them. */
const Currency = z.strictObject({
  currency: z.string().meta({ examples: ['USDT'] }),
  network: z.string().meta({ examples: ['BSC'] }),
  precision: z.int().meta({ description: 'Decimals of an amount.', examples: [18] }),
  code: z
    .string()
    .meta({ description: 'Currency and network in one word.', examples: ['USDT_BSC'] }),
  name: z.string().meta({ examples: ['Tether (USDT)'] }),
  standard: z.string().meta({ examples: ['BEP20'] }),
  asset: z.string().meta({
    description: 'CAIP-19.',
    examples: ['eip155:56/erc20:0x55d398326f99059ff775485246999027b3197955'],
  }),
  contract: z.string().optional().meta({ description: "A token's contract; none for a coin." }),
})

type CurrencyList = readonly z.output<typeof Currency>[]

const described = {
  description:
    'Every currency and network for which the environment of your key takes deposits. Both paths give the same list.',
  tag: 'Currencies',
  reply: { 200: z.array(Currency) },
} as const

const handle = async (
  ctx: Pick<ApiCtx, 'chains'>,
  { principal }: Readonly<{ principal: Readonly<{ book: Book }> }>,
) => ({ status: 200, data: currenciesOf(ctx, principal.book) }) as const

/** `GET /v1/currencies` */
export const listCurrencies = route({
  ...described,
  method: 'GET',
  path: '/v1/currencies',
  summary: 'List currencies',
  handle,
})

/** `GET /v1/currencies/pairs` */
export const listCurrencyPairs = route({
  ...described,
  method: 'GET',
  path: '/v1/currencies/pairs',
  summary: 'List currency and network pairs',
  handle,
})

/** One frozen list per set of chains: it is written as JSON once (`writeAnswer`). */
const lists = new Map<string, CurrencyList>()

function currenciesOf(ctx: Pick<ApiCtx, 'chains'>, book: Book): CurrencyList {
  const chains = ctx.chains.list(book).map((one) => one.adapter.chain)
  const handle = chains.join(' ')
  const known = lists.get(handle)
  if (known !== undefined) return known
  const made = assets.filter((asset) => chains.includes(asset.chain)).map(currencyOf)
  const list = Object.freeze(made)
  lists.set(handle, list)
  return list
}

const currencyOf = (asset: Asset): CurrencyList[number] => ({
  currency: asset.currency,
  network: asset.network,
  precision: asset.decimals,
  code: asset.code,
  name: asset.name,
  standard: asset.standard,
  asset: asset.id,
  contract: asset.contract,
})
