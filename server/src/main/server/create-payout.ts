import type { Machine } from '../cli/command.ts'
import { misused } from '../cli/read-given.ts'
import type { ServerGiven } from './find-server.ts'
import { open, show } from './objects.ts'

type Given = ServerGiven &
  Readonly<{
    amount: string
    currency: string
    network?: string | undefined
    to: string
    'external-id': string
    live: boolean
    json: boolean
  }>

/**
 * `coffer payouts create`: a payout with a name, so that the same line twice pays once.
 *
 * @returns the exit code
 * @throws shell.arguments_invalid, and the refusals of `openServer`
 */
export async function createPayout(machine: Machine, given: Given): Promise<number> {
  const { amount, currency, network, to, live } = given
  const server = await open(machine, given)
  if (live !== (server.environment === 'live')) {
    throw misused(`the key is a ${server.environment} one: --live goes with live keys only`)
  }
  const body = {
    ...{ amount, currency, network, destination_address: to },
    external_id: given['external-id'],
  }
  show(machine, given, await server.post('/v1/payouts', body))
  return 0
}
