import { z } from 'zod'
import type { Answered, Asked } from '../http-server.ts'
import type { TronBlock, TronChain } from './chain.ts'
import { freeNetLeft, stakeOf } from './state.ts'
import { showBlock, showHeader, showInfo, showTransaction } from './show.ts'
import { accountOf, hexOf } from './transaction.ts'

const Body = z.looseObject({
  num: z.int().optional(),
  id_or_num: z.union([z.string(), z.int()]).optional(),
  detail: z.boolean().default(false),
  startNum: z.int().optional(),
  endNum: z.int().optional(),
  value: z.string().optional(),
  address: z.string().optional(),
  owner_address: z.string().optional(),
  contract_address: z.string().optional(),
  function_selector: z.string().optional(),
  parameter: z.string().default(''),
  data: z.string().optional(),
  call_value: z.int().default(0),
  transaction: z.string().optional(),
})
type Body = z.infer<typeof Body>

/** What a request is asked of: the chain up to its newest block, or up to the solidified one. */
type View = Readonly<{ chain: TronChain; top: TronBlock }>

type Answer = (view: View, body: Body) => object | Promise<object>

const PATH = /^\/(wallet|walletsolidity)\/(\w+)$/

/** Answers a request as java-tron's HTTP API does: refusals are answers with an `Error`. */
export async function answerAsNode(chain: TronChain, { path, body }: Asked): Promise<Answered> {
  const [, api, method = ''] = PATH.exec(path) ?? []
  const answer = api === 'wallet' ? (onBoth[method] ?? onWallet[method]) : onBoth[method]
  if (answer === undefined) return { status: 404, value: {} }
  const text = body.toString('utf8')
  const given = Body.safeParse(JSON.parse(text === '' ? '{}' : text))
  if (!given.success) return { status: 200, value: { Error: 'INVALID json' } }
  const value = async (): Promise<object> =>
    answer({ chain, top: api === 'wallet' ? chain.head() : chain.solid() }, given.data)
  // A broadcast waits for its turn by itself.
  const isLook = !method.startsWith('broadcast')
  return { status: 200, value: isLook ? await chain.look(value) : await value() }
}

const blockOf = ({ chain, top }: View, number: number | undefined): TronBlock | undefined =>
  number === undefined || number > top.number ? undefined : chain.blocks()[number]

const minedIn = ({ chain, top }: View, txId: string | undefined) =>
  chain
    .blocks()
    .filter(({ number }) => number <= top.number)
    .flatMap((block) => block.executed.map((executed) => ({ block, executed })))
    .find(({ executed }) => executed.sent.txId === txId)

const onBoth: Readonly<Record<string, Answer>> = {
  getnowblock: ({ top }) => showBlock(top),
  getblock: (view, { id_or_num: asked, detail }) => {
    const byId = view.chain.blocks().find(({ id }) => id === asked)
    const block = asked === undefined ? view.top : (byId ?? blockOf(view, Number(asked)))
    if (block === undefined) return {}
    return detail ? showBlock(block) : showHeader(block)
  },
  getblockbynum: (view, { num }) => {
    const block = blockOf(view, num)
    return block === undefined ? {} : showBlock(block)
  },
  gettransactioninfobyblocknum: (view, { num }) => {
    const block = blockOf(view, num)
    return block?.executed.map((one) => showInfo(block, one)) ?? []
  },
  gettransactioninfobyid: (view, { value }) => {
    const found = minedIn(view, value)
    return found === undefined ? {} : showInfo(found.block, found.executed)
  },
  gettransactionbyid: (view, { value }) => {
    const found = minedIn(view, value)
    if (found === undefined) return {}
    return showTransaction(found.executed.sent, found.executed.contractRet)
  },
  getaccount: async ({ chain, top }, { address = '' }) => {
    const account = accountOf(address)
    const isContract = await chain.tvm.isContract(account)
    if (!top.state.active.has(account) && !isContract) return {}
    const balance = await chain.tvm.balance(account, top.state.tvmHeight)
    return {
      address: hexOf(account),
      ...(balance > 0n ? { balance } : {}),
      ...(isContract ? { type: 'Contract' } : {}),
    }
  },
  triggerconstantcontract: async ({ chain, top }, body) => {
    const to = accountOf(body.contract_address ?? '')
    if (!(await chain.tvm.isContract(to))) {
      const message = Buffer.from('Smart contract is not exist.').toString('hex')
      return { result: { code: 'CONTRACT_VALIDATE_ERROR', message } }
    }
    const from = accountOf(body.owner_address ?? '')
    const call = { from, to, sun: BigInt(body.call_value), data: `0x${await callData(body)}` }
    const seen = await chain.tvm.view(call, top.state.tvmHeight)
    const failed = Buffer.from('REVERT opcode executed').toString('hex')
    return {
      result: { result: true, ...(seen.succeeded ? {} : { message: failed }) },
      energy_used: seen.energy,
      constant_result: [seen.output.slice(2)],
      transaction: { ret: [seen.succeeded ? {} : { ret: 'FAILED' }] },
    }
  },
}

async function callData({ data, function_selector: selector, parameter }: Body): Promise<string> {
  if (selector === undefined) return data ?? ''
  const { utils } = await import('tronweb')
  return utils.ethersUtils.keccak256(Buffer.from(selector)).slice(2, 10) + parameter
}

const onWallet: Readonly<Record<string, Answer>> = {
  getchainparameters: ({ chain }) => ({
    chainParameter: Object.entries(chain.parameters).map(([key, value]) => ({ key, value })),
  }),
  getaccountresource: ({ chain, top }, { address = '' }) => {
    const account = accountOf(address)
    if (!top.state.active.has(account)) return {}
    const limit = chain.parameters.getFreeNetLimit
    const free = freeNetLeft(top.state, account, { nowMs: top.timeMs, limit })
    const stake = stakeOf(top.state, account)
    return {
      ...(free === limit ? {} : { freeNetUsed: limit - free }),
      freeNetLimit: limit,
      ...(stake.bandwidth > 0n ? { NetLimit: stake.bandwidth } : {}),
      ...(stake.energy > 0n ? { EnergyLimit: stake.energy } : {}),
    }
  },
  gettransactionlistfrompending: ({ chain }) => ({ txId: chain.pending().map((one) => one.txId) }),
  gettransactionfrompending: ({ chain }, { value }) => {
    const found = chain.pending().find(({ txId }) => txId === value)
    return found === undefined
      ? { Error: 'class java.lang.NullPointerException : null' }
      : showTransaction(found)
  },
  getpendingsize: ({ chain }) => ({ pendingSize: chain.pending().length }),
  broadcasthex: async ({ chain }, { transaction = '' }) => {
    const answer = await chain.broadcast(transaction)
    if (answer === undefined) {
      return { Error: 'class com.google.protobuf.InvalidProtocolBufferException : truncated' }
    }
    const { txId: txid } = answer
    return answer.kind === 'taken'
      ? { result: true, code: 'SUCCESS', message: '', transaction: '{}', txid }
      : { result: false, code: answer.code, message: answer.message, transaction: '{}', txid }
  },
  broadcasttransaction: async ({ chain }, body) => {
    const read = z.looseObject({ raw_data_hex: z.string(), signature: z.tuple([z.string()]) })
    const { raw_data_hex: raw, signature } = read.parse(body)
    const answer = await chain.broadcast(signedHex(raw, signature[0]))
    if (answer === undefined) return { Error: 'class java.lang.NullPointerException : null' }
    const { txId: txid } = answer
    if (answer.kind === 'taken') return { result: true, txid }
    return { code: answer.code, txid, message: Buffer.from(answer.message).toString('hex') }
  },
}

/** The signed transaction around a raw one of at most two bytes of length. */
export function signedHex(raw: string, signature: string): string {
  const length = raw.length / 2
  const size = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7]
  return `0a${Buffer.from(size).toString('hex')}${raw}1241${signature.toLowerCase()}`
}
