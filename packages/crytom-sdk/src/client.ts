import type { ApiAnswer } from './answer.ts'
import { createCalls } from './call.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { realMachine } from './machine.ts'
import type { ApiRequest } from './request.ts'
import { eventsOf } from './resources/events.ts'
import * as holding from './resources/holding.ts'
import * as receiving from './resources/receiving.ts'
import { sandboxOf } from './resources/sandbox.ts'
import * as sending from './resources/sending.ts'
import * as hooks from './resources/webhook-endpoints.ts'
import { webhooks } from './webhooks.ts'
import { readSettings, type CrytomOptions, type Environment } from './settings.ts'

type Resource<Make extends (...parts: never[]) => unknown> = ReturnType<Make>

/**
 * A client of the Crytom API for one secret key. It signs, times out, repeats what may be repeated,
 * and never sends a write twice.
 */
export class CrytomClient {
  /** Which world the key sees. */
  readonly environment: Environment
  /** Where requests go, without `/v1`. */
  readonly baseUrl: string

  readonly checkout: Resource<typeof receiving.checkoutOf>
  readonly invoices: Resource<typeof receiving.invoicesOf>
  readonly payments: Resource<typeof receiving.paymentsOf>
  readonly exceptions: Resource<typeof receiving.exceptionsOf>
  readonly refunds: Resource<typeof receiving.refundsOf>
  readonly wallets: Resource<typeof holding.walletsOf>
  readonly balance: Resource<typeof holding.balanceOf>
  readonly currencies: Resource<typeof holding.currenciesOf>
  readonly sweeps: Resource<typeof holding.sweepsOf>
  readonly coldTransfers: Resource<typeof holding.coldTransfersOf>
  readonly settings: Resource<typeof holding.settingsOf>
  readonly payouts: Resource<typeof sending.payoutsOf>
  readonly payoutPolicy: Resource<typeof sending.payoutPolicyOf>
  readonly prices: Resource<typeof sending.pricesOf>
  readonly liquidity: Resource<typeof sending.liquidityOf>
  readonly smartContract: Resource<typeof sending.smartContractOf>
  readonly events: Resource<typeof eventsOf>
  readonly webhookEndpoints: Resource<typeof hooks.webhookEndpointsOf>
  readonly deliveries: Resource<typeof hooks.deliveriesOf>
  readonly webhookKeys: Resource<typeof hooks.webhookKeysOf>
  readonly sandbox: Resource<typeof sandboxOf>
  /** The same as the `webhooks` of this package: it needs no client. */
  readonly webhooks = webhooks

  readonly #exchange: Exchange

  /**
   * @param secretKey `sk_live_…` or `sk_test_…`
   * @throws CrytomUsageError secret_key_invalid, base_url_invalid, option_invalid
   */
  constructor(secretKey: string, options: CrytomOptions = {}) {
    const settings = readSettings(secretKey, options, process.env['CRYTOM_BASE_URL'])
    this.environment = settings.environment
    this.baseUrl = settings.baseUrl
    this.#exchange = createExchange(settings, realMachine)
    const calls = createCalls(this.#exchange)
    this.checkout = receiving.checkoutOf(calls)
    this.invoices = receiving.invoicesOf(calls)
    this.payments = receiving.paymentsOf(calls)
    this.exceptions = receiving.exceptionsOf(calls)
    this.refunds = receiving.refundsOf(calls)
    this.wallets = holding.walletsOf(calls)
    this.balance = holding.balanceOf(calls)
    this.currencies = holding.currenciesOf(calls)
    this.sweeps = holding.sweepsOf(calls)
    this.coldTransfers = holding.coldTransfersOf(calls)
    this.settings = holding.settingsOf(calls)
    this.payouts = sending.payoutsOf(calls)
    this.payoutPolicy = sending.payoutPolicyOf(calls)
    this.prices = sending.pricesOf(calls)
    this.liquidity = sending.liquidityOf(calls)
    this.smartContract = sending.smartContractOf(calls)
    this.events = eventsOf(calls, realMachine)
    this.webhookEndpoints = hooks.webhookEndpointsOf(calls)
    this.deliveries = hooks.deliveriesOf(calls)
    this.webhookKeys = hooks.webhookKeysOf(calls)
    this.sandbox = sandboxOf(calls)
  }

  /**
   * Sends any request of `/v1`, and gives the whole answer: status, pagination, request id …
   *
   * @throws CrytomApiError, CrytomConnectionError, CrytomUsageError
   */
  request<Data = unknown>(request: ApiRequest): Promise<ApiAnswer<Data>> {
    return this.#exchange<Data>(request)
  }
}
