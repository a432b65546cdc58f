import { serve, type Answered, type Asked, type Listening } from '../http-server.ts'
import { accountMethods } from './account-methods.ts'
import { airdrop } from './airdrop.ts'
import { blockMethods } from './block-methods.ts'
import { startLedger, type Lag, type Ledger } from './ledger.ts'
import { RpcRefusal } from './refusal.ts'
import { startRuntime } from './runtime.ts'
import { sendingMethods, type Sending } from './sending-methods.ts'

/** How the stand-in shall be. */
export type StandInOptions = Readonly<{
  /** `none`: an account may hold any amount, as no real network allows. */
  rent?: 'real' | 'none'
  lag?: Lag
  recentPrices?: readonly bigint[]
}>

/** A Solana node without a network: the real runtime under a ledger that a test plays. */
export type StandIn = Listening & Readonly<{ ledger: Ledger }>

const LAG: Lag = { confirmed: 0, finalized: 32 }

/**
 * Starts a node on a free port. Beside the JSON-RPC at `/` it does what `/_control/…` is posted:
 * `mine` {blocks}, `skip` {slots}, `reorg` {depth, drop}, `drop` {signature}, `halt` {halted},
 * `lose-answers` {lost}.
 */
export async function startSolana(options: StandInOptions = {}): Promise<StandIn> {
  const { rent = 'real', lag = LAG, recentPrices = [] } = options
  const ledger = startLedger(startRuntime(rent), lag)
  const sending: Sending = {
    ledger,
    recentPrices,
    airdrop: (to, lamports) => airdrop(ledger, to, lamports),
  }
  const listening: Listening = await serve((asked) =>
    asked.path.startsWith(CONTROL)
      ? { status: 200, value: control({ ...listening, ledger }, asked) }
      : answer(sending, asked),
  )
  return { ...listening, ledger, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() }
}

const CONTROL = '/_control/'

function answer(sending: Sending, { body }: Asked): Answered {
  const call = membersOf(parse(body))
  const { id = null, method, params = [] } = call
  const envelope = { jsonrpc: '2.0', id }
  try {
    const parameters: readonly unknown[] = Array.isArray(params) ? params : []
    const result = ask(sending, String(method), parameters)
    return { status: 200, value: { ...envelope, result } }
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error
    const { code, message, data } = error
    const refusal = { code, message, ...(data === undefined ? {} : { data }) }
    return { status: 200, value: { ...envelope, error: refusal } }
  }
}

function ask(sending: Sending, method: string, parameters: readonly unknown[]): unknown {
  const about = blockMethods[method] ?? accountMethods[method]
  if (about !== undefined) return about(sending.ledger, parameters)
  const send = sendingMethods[method]
  if (send !== undefined) return send(sending, parameters)
  throw new RpcRefusal(-32601, 'Method not found')
}

/** @returns what the chain looks like afterwards */
function control(standIn: StandIn, { path, body }: Asked): object {
  const { ledger } = standIn
  const wish = membersOf(parse(body))
  const count = (name: string): number => Number(wish[name] ?? 1)
  switch (path.slice(CONTROL.length)) {
    case 'mine':
      ledger.mine(count('blocks'))
      break
    case 'skip':
      ledger.skip(count('slots'))
      break
    case 'reorg':
      ledger.reorg(count('depth'), Array.isArray(wish['drop']) ? wish['drop'].map(String) : [])
      break
    case 'drop':
      ledger.drop(String(wish['signature']))
      break
    case 'halt':
      standIn.halt(wish['halted'] === true)
      break
    case 'lose-answers':
      standIn.loseAnswers(wish['lost'] === true)
      break
    default:
      throw new Error(`there is no control ${path}`)
  }
  const { slot, hash, height } = ledger.tip('processed')
  return { slot, hash, height, waiting: ledger.waiting().map((one) => one.signature) }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return {}
  }
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
