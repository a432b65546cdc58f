import { isError } from '../../errors/app-error.ts'
import type { EventType } from '../../events/event-types.ts'
import { formatUnits, parseUnits } from '../../money/amount.ts'
import type { JsonObject } from '../../money/json.ts'
import { units } from '../../money/units.ts'
import { isObject, objectsIn, textIn } from '../server/members.ts'
import type { Server } from '../server/server.client.ts'

/** Where a scenario plays: a sandbox, and a name that nobody used before. */
export type Stage = Readonly<{
  server: Server
  name: string
  /** @throws the reason to stop */
  sleep: (ms: number) => Promise<void>
}>

/** What a scenario has made happen: an event, of this object where it is known. */
export type Happening = Readonly<{
  type: EventType
  object?: string
  /** Done again and again while it is waited for: blocks must come behind what is still on its way. */
  meanwhile?: () => Promise<unknown>
}>

/** Makes one event after the other happen; each is waited for, and handed back. */
export type Play = AsyncGenerator<Happening, void, JsonObject>

/** How some events are brought about. `types`: in the order in which they happen. */
export type Scenario = Readonly<{
  types: readonly EventType[]
  /** What it does to the sandbox beside that; absent: nothing. */
  touches?: string
  play: (stage: Stage) => Play
}>

/** An address of nobody's, on Bitcoin's test chains and on those like Ethereum. */
export const STRANGER = {
  bitcoin: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
  evm: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
} as const

/** More blocks than finality takes on any chain that is played here. */
export const FINAL = 40

/** Of bitcoin. */
const DECIMALS = 8

/** An amount of bitcoin times a fraction, exactly, and rounded down. */
export const times = (amount: string, count: bigint, parts = 1n): string =>
  formatUnits(units((parseUnits(amount, DECIMALS) * count) / parts), DECIMALS)

/** What a POST answered. */
export async function posted({ server }: Stage, path: string, body: object): Promise<JsonObject> {
  const { data } = await server.post(path, body)
  if (!isObject(data)) throw new Error(`${path} answered no object`)
  return data
}

/** A POST that sends coins while the node refuses them: its answer may say so already. */
export async function refusedBroadcast(stage: Stage, path: string, body: object): Promise<void> {
  try {
    await posted(stage, path, body)
  } catch (error) {
    const isExpected = isError(error, 'cli.server_refused')
    if (!isExpected || error.context.error !== 'broadcast_failure') throw error
  }
}

/** A transfer to be made on a simulated chain. */
export type Paying = Readonly<{
  address: string
  currency?: string
  network?: string
  amount: string
  kind?: string
  confirmations?: number
}>

/** Somebody pays in bitcoin, where nothing else is said. @returns the transaction */
export async function pay(stage: Stage, paying: Paying): Promise<string> {
  const asset = { currency: 'BTC', network: 'Bitcoin' }
  return textIn(await posted(stage, '/v1/sandbox/deposits', { ...asset, ...paying }), 'tx_hash')
}

/** Mines. @returns the height */
export async function mine(stage: Stage, blocks: number, network = 'Bitcoin'): Promise<number> {
  const block = await posted(stage, '/v1/sandbox/chains/mine', { network, blocks })
  return Number.parseInt(textIn(block, 'height'), 10)
}

/** A fork from a height on, in which some transactions are not. */
export async function fork(
  stage: Stage,
  { from, drop }: Readonly<{ from: number; drop: readonly string[] }>,
): Promise<void> {
  // A block that is mined meanwhile makes the fork one deeper.
  const depth = (await mine(stage, 1)) - from + 2
  await posted(stage, '/v1/sandbox/chains/reorg', { network: 'Bitcoin', depth, drop })
}

/** Moves the clock of the sandbox ahead. */
export const wait = (stage: Stage, seconds: number): Promise<JsonObject> =>
  posted(stage, '/v1/sandbox/clock/advance', { seconds })

/** A day, and a little. */
export const DAY_S = 86_400 + 60

/** Lets the node of a network misbehave until it is told otherwise. */
export const behave = (stage: Stage, network: string, behaviour: object): Promise<JsonObject> =>
  posted(stage, '/v1/sandbox/chains/behaviour', { network, ...behaviour })

/** Tops up the balance. */
export const fund = (stage: Stage, currency: string, amount: string): Promise<JsonObject> =>
  posted(stage, '/v1/sandbox/funds', { currency, amount })

/** The first object of a member that is a list. */
export function firstOf(object: JsonObject, member: string): JsonObject {
  const [first] = objectsIn(object[member])
  if (first === undefined) throw new Error(`the answer has no ${member}`)
  return first
}
