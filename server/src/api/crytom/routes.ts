import type { Route } from '../route.ts'
import { readBalance } from './balance.routes.ts'
import { listCurrencies, listCurrencyPairs } from './currencies.routes.ts'

/** Every route of `/v1`: the API's table of contents. */
export const routes: readonly Route[] = [listCurrencies, listCurrencyPairs, readBalance]
