import { randomInt, randomUUID } from 'node:crypto'
import { systemClock } from '../../src/shell/clock.ts'
import { v1Client, type V1Answer, type V1Client } from '../v1-client.ts'

/** What the merchant and the payers of a load were told, beyond doubt. */
export type Told = Readonly<{
  /** Ids of payments that were acknowledged, by the idempotency key of their request. */
  payments: ReadonlyMap<string, string>
  /** Answers that no crash excuses. */
  wrong: readonly string[]
}>

/** Merchants and payers at work. */
export type Load = Readonly<{
  told: Told
  /** Resolves when so many more requests were answered. */
  answers: (count: number) => Promise<void>
  /** Resolves when one more sweep has begun. */
  sweepBegins: () => Promise<void>
  /** Lets everybody finish what is begun. */
  end: () => Promise<void>
}>

const ACTORS = 6
const TRIES_MAX = 20_000
/** A process that was killed is away for a second or two. */
const AWAY_MS = 5
const NETWORKS = ['BSC', 'Bitcoin', 'Tron']
/** What is swept, the coin that pays for it, and where. */
const SWEPT = [
  ['USDT_BSC', 'BNB', 'BSC'],
  ['BTC', 'BTC', 'Bitcoin'],
  ['USDT_TRC20', 'TRX', 'Tron'],
] as const
/** So much is final at once. */
const FINAL_BLOCKS = 20
/** How long a claim of a dead process holds, with some to spare. */
const CLAIM_LOOKS_MAX = 400
const CLAIM_LOOK_MS = 200

/**
 * Makes payments, pays them, sweeps what was paid, mines and forks chains, and repeats whatever got
 * no answer.
 */
export function startLoad(url: string, secretKey: string): Load {
  const client = v1Client(url, secretKey)
  const payments = new Map<string, string>()
  const wrong: string[] = []
  const answers = counter()
  const sweeps = counter()
  let ending = false

  const parked: Request[] = []
  const insist = async (request: Request): Promise<V1Answer | undefined> => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const answer = await attempt(client, request)
      if (answer === undefined) continue
      answers.count()
      if (request.path === SWEEPS && answer.status === 202) sweeps.count()
      // Its first try died with its process and holds the key for a while: asked again at the end.
      if (isClaimed(answer)) return void parked.push(request)
      if (answer.status < 500) return answer
      wrong.push(`${request.path}: ${answer.text}`)
    }
    throw new Error(`no answer to ${request.path} after ${TRIES_MAX} tries`)
  }
  const actors = Array.from({ length: ACTORS }, async () => {
    while (!ending) await act({ insist, payments, wrong })
  })
  actors.push(fillTanks(client, insist))
  return {
    told: { payments, wrong },
    answers: answers.more,
    sweepBegins: () => sweeps.more(1),
    end: async () => {
      ending = true
      await Promise.all(actors)
      for (const request of parked) {
        const answer = await untilFree(client, request)
        if (!isFine(request, answer)) wrong.push(`${request.path}: ${answer.text}`)
        if (request.path === SESSIONS) payments.set(request.key, idOf(answer))
      }
    },
  }
}

/** Counts something, and resolves when so many more of it were counted. */
function counter() {
  const waiting = new Set<{ left: number; done: () => void }>()
  return {
    count: (): void => {
      for (const one of waiting) {
        one.left -= 1
        if (one.left > 0) continue
        waiting.delete(one)
        one.done()
      }
    },
    more: (left: number) => new Promise<void>((done) => waiting.add({ left, done })),
  }
}

type Request = Readonly<{ path: string; body: object; key: string }>

const SESSIONS = '/v1/checkout/sessions'
const SWEEPS = '/v1/sweeps'

/** That there is nothing to sweep, or a sweep runs already, is an answer like another. */
const isFine = ({ path }: Request, { status }: V1Answer): boolean =>
  status < 300 || (path === SWEEPS && status === 409)

const isClaimed = (answer: V1Answer): boolean => answer.json['error'] === 'idempotency_in_progress'

const idOf = (answer: V1Answer): string => String(Object(answer.json['data']).id)

/** One request; nothing when nobody was there to answer it. */
async function attempt(client: V1Client, request: Request): Promise<V1Answer | undefined> {
  try {
    return await client.post(request.path, request.body, { 'idempotency-key': request.key })
  } catch {
    // Refused or cut off: the process is dead or not up again.
    await systemClock.sleep(AWAY_MS)
    return undefined
  }
}

async function untilFree(client: V1Client, request: Request): Promise<V1Answer> {
  for (let looks = 0; looks < CLAIM_LOOKS_MAX; looks += 1) {
    const answer = await attempt(client, request)
    if (answer !== undefined && !isClaimed(answer)) return answer
    await systemClock.sleep(CLAIM_LOOK_MS)
  }
  throw new Error(`${request.path} stays claimed`)
}

type Acting = Readonly<{
  insist: (request: Request) => Promise<V1Answer | undefined>
  payments: Map<string, string>
  wrong: string[]
}>

type Option = Readonly<{ currency: string; network: string; address: string; amount: string }>

async function act({ insist, payments, wrong }: Acting): Promise<void> {
  const ask = (path: string, body: object) => insist({ path, body, key: randomUUID() })
  const key = randomUUID()
  const body = {
    amount: randomInt(1, 500),
    currency: 'USD',
    product_name: 'A thing',
    accepted_assets: ['BTC', 'USDT_BSC', 'USDT_TRC20'],
  }
  const created = await insist({ path: SESSIONS, body, key })
  if (created === undefined) return
  if (created.status !== 201) return void wrong.push(`session: ${created.text}`)
  payments.set(key, idOf(created))
  const options: readonly Option[] = Object(created.json['data']).payment_details
  const option = options[randomInt(options.length)]
  if (option === undefined) return
  const paid = await ask('/v1/sandbox/deposits', {
    address: option.address,
    currency: option.currency.split('_')[0],
    network: option.network,
    amount: option.amount,
    ...(randomInt(2) === 0 ? {} : { confirmations: randomInt(1, 5) }),
  })
  if (paid !== undefined && paid.status !== 201) wrong.push(`deposit: ${paid.text}`)
  const network = NETWORKS[randomInt(NETWORKS.length)]
  const chance = randomInt(6)
  if (chance === 0)
    await ask('/v1/sandbox/chains/reorg', { network, depth: randomInt(3) === 0 ? 14 : 2 })
  if (chance === 1) await ask('/v1/sandbox/chains/mine', { network, blocks: 3 })
  if (chance > 3) await sweep({ insist, payments, wrong })
}

/** Sweeps what is paid; a sweep that runs is brought to its end. */
async function sweep({ insist, wrong }: Acting): Promise<void> {
  const ask = (path: string, body: object) => insist({ path, body, key: randomUUID() })
  const [currency, , network] = SWEPT[randomInt(SWEPT.length)] ?? SWEPT[0]
  const mining = { network, blocks: FINAL_BLOCKS }
  await ask('/v1/sandbox/chains/mine', mining)
  const request = { path: SWEEPS, body: { currency }, key: randomUUID() }
  const swept = await insist(request)
  if (swept !== undefined && !isFine(request, swept)) wrong.push(`sweep: ${swept.text}`)
  await ask('/v1/sandbox/chains/mine', mining)
}

type Insist = Acting['insist']

/** Gives every treasury what sweeps cost. */
async function fillTanks(client: V1Client, insist: Insist): Promise<void> {
  for (const [swept, currency] of SWEPT) {
    const address = await treasuryOf(client, swept)
    const body = { address, currency, amount: '10', confirmations: 1 }
    await insist({ path: '/v1/sandbox/deposits', body, key: randomUUID() })
  }
}

async function treasuryOf(client: V1Client, swept: string): Promise<string> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      const plan = await client.get(`${SWEEPS}/plan?currency=${swept}`)
      if (plan.status === 200) return String(Object(plan.json['data']).treasury)
    } catch {
      await systemClock.sleep(AWAY_MS)
    }
  }
  throw new Error(`no treasury of ${swept}`)
}
