import { z } from 'zod'
import { isControl } from '../control.ts'
import { serve, type Answered, type Asked, type Listening } from '../http-server.ts'
import { createStacksChain, type StacksChain, type StandInBlock } from './chain.ts'
import { control } from './control.ts'
import { showBlock, showMined, showWaiting } from './show.ts'
import { readTx } from './transaction.ts'

/** A node with the Stacks API, and the chain behind it. */
export type StacksStandIn = Listening & Readonly<{ chain: StacksChain }>

/**
 * Starts a stand-in of a Stacks node and its API on a free port. Transactions are read and
 * verified by `@stacks/transactions`.
 *
 * @see https://docs.hiro.so/stacks/api, read 2026-11-20
 */
export async function startStacksStandIn(): Promise<StacksStandIn> {
  const chain = createStacksChain()
  const listening = await serve((asked) => answer(chain, asked))
  return { ...listening, chain }
}

const ok = (value: unknown): Answered => ({ status: 200, value })
const notFound: Answered = { status: 404, value: { error: 'cannot be found' } }

const NONCE = /^\/extended\/v1\/address\/(\w+)\/nonces$/
const ACCOUNT = /^\/v2\/accounts\/(\w+)$/
const BLOCK = /^\/extended\/v2\/blocks\/(\w+)$/
const BLOCK_TXS = /^\/extended\/v2\/blocks\/(\w+)\/transactions$/
const TX = /^\/extended\/v1\/tx\/(0x[0-9a-f]{64})$/

function answer(chain: StacksChain, asked: Asked): Answered | Promise<Answered> {
  const { method, path } = asked
  if (isControl(asked)) return control(chain, asked)
  if (method === 'POST') return posted(chain, asked)
  const nonces = NONCE.exec(path)?.[1]
  if (nonces !== undefined) return ok(noncesOf(chain, nonces))
  const account = ACCOUNT.exec(path)?.[1]
  if (account !== undefined) return accountOf(chain, account, asked.query.get('tip'))
  const place = BLOCK.exec(path)?.[1]
  if (place !== undefined) return blockOf(chain, place, showBlock)
  const within = BLOCK_TXS.exec(path)?.[1]
  if (within !== undefined) return blockOf(chain, within, (block) => txsOf(block, asked))
  const txId = TX.exec(path)?.[1]
  if (txId !== undefined) return txOf(chain, txId, asked)
  if (path === '/extended/v2/blocks') {
    return ok(paged(chain.blocks().toReversed(), asked, showBlock))
  }
  if (path === '/extended/v1/tx/mempool') {
    return ok(paged(chain.waiting().toReversed(), asked, showWaiting))
  }
  if (path === '/v2/fees/transfer') return ok(1)
  if (path === '/v2/info') return ok({ network_id: 1, stacks_tip_height: tipOf(chain).height })
  return notFound
}

function posted(chain: StacksChain, { path, body, type }: Asked): Answered {
  if (path === '/v2/fees/transaction') {
    // Three estimates with their rates, which are fractions.
    const at = (fee_rate: number, fee: number) => ({ fee_rate, fee })
    return ok({ estimations: [at(1.5, 270), at(2.25, 405), at(10.75, 1_935)] })
  }
  if (path !== '/v2/transactions') return notFound
  // Wallets send JSON, services often the bytes themselves.
  const isJson = type === 'application/json'
  const tx = readTx(isJson ? hexOf(body) : body)
  const reason = typeof tx === 'string' ? tx : chain.submit(tx)
  if (reason === undefined) return ok(typeof tx === 'string' ? '' : tx.txId.slice(2))
  return { status: 400, value: { error: 'transaction rejected', reason, reason_data: null } }
}

const TxBody = z.looseObject({ tx: z.string() })

const hexOf = (body: Buffer): Buffer =>
  Buffer.from(TxBody.parse(JSON.parse(body.toString('utf8'))).tx, 'hex')

const tipOf = (chain: StacksChain): StandInBlock => {
  const tip = chain.blocks().at(-1)
  if (tip === undefined) throw new Error('a chain has blocks')
  return tip
}

const page = ({ query }: Asked, limitMax: number) => ({
  limit: Math.min(limitMax, Math.max(1, Number.parseInt(query.get('limit') ?? '20', 10))),
  offset: Math.max(0, Number.parseInt(query.get('offset') ?? '0', 10)),
})

function paged<Item>(items: readonly Item[], asked: Asked, show: (item: Item) => unknown) {
  const { limit, offset } = page(asked, 50)
  const results = items.slice(offset, offset + limit).map(show)
  return { limit, offset, total: items.length, results }
}

function blockOf(
  chain: StacksChain,
  place: string,
  show: (block: StandInBlock) => unknown,
): Answered {
  const block = chain
    .blocks()
    .find((one) => [`${one.height}`, one.hash, one.indexHash].includes(place))
  return block === undefined ? notFound : ok(show(block))
}

const txsOf = (block: StandInBlock, asked: Asked) =>
  paged(block.txs, asked, (executed) => ({ ...showMined({ block, executed }), events: [] }))

function txOf(chain: StacksChain, txId: string, { query }: Asked): Answered {
  const mined = chain.mined(txId)
  if (mined !== undefined) {
    const shown = showMined(mined)
    const limit = Number.parseInt(query.get('event_limit') ?? '96', 10)
    const offset = Number.parseInt(query.get('event_offset') ?? '0', 10)
    return ok({ ...shown, events: shown.events.slice(offset, offset + limit) })
  }
  const waiting = chain.waiting().find((one) => one.txId === txId)
  if (waiting !== undefined) return ok(showWaiting(waiting))
  const status = chain.dropped(txId)
  return status === undefined ? notFound : ok({ tx_id: txId, tx_status: status, fee_rate: '0' })
}

function accountOf(chain: StacksChain, address: string, tip: string | null): Answered {
  const block = chain.blocks().find((one) => one.indexHash === `0x${tip ?? ''}`)
  if (tip !== null && block === undefined) return notFound
  const at = block ?? tipOf(chain)
  const hex = (amount: bigint): string => `0x${amount.toString(16).padStart(32, '0')}`
  const nonce = Number(chain.nonceAt(at, address))
  return ok({ balance: hex(chain.balanceAt(at, address)), locked: hex(0n), nonce })
}

function noncesOf(chain: StacksChain, address: string) {
  const executed = chain.nonceAt(tipOf(chain), address)
  const waiting = chain.waiting().filter((tx) => tx.sender === address)
  const used = new Set(waiting.map((tx) => tx.nonce))
  const next = waiting.reduce((most, { nonce }) => (nonce >= most ? nonce + 1n : most), executed)
  const missing: number[] = []
  for (let nonce = executed; nonce < next; nonce += 1n) {
    if (!used.has(nonce)) missing.push(Number(nonce))
  }
  return { possible_next_nonce: Number(next), detected_missing_nonces: missing }
}
