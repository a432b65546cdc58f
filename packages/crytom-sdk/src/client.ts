import type { ApiAnswer } from './answer.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { realMachine } from './machine.ts'
import type { ApiRequest } from './request.ts'
import { readSettings, type CrytomOptions, type Environment } from './settings.ts'

/** A client of the Crytom API for one secret key. */
export class CrytomClient {
  /** Which world the key sees. */
  readonly environment: Environment
  /** Where requests go, without `/v1`. */
  readonly baseUrl: string
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
  }

  /**
   * Sends any request of `/v1`: signed, timed out, and repeated where that is safe.
   *
   * @throws CrytomApiError, CrytomConnectionError, CrytomUsageError
   */
  request<Data = unknown>(request: ApiRequest): Promise<ApiAnswer<Data>> {
    return this.#exchange<Data>(request)
  }
}
