/** A method's refusal, with the node's own code and words. */
export class RpcRefusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** What a node can be asked, by name; each takes its parameters by place. */
export type Methods = Readonly<Record<string, (given: readonly unknown[]) => unknown>>

/** Answers one request of JSON-RPC 2.0 as the real node does. */
export function answerRpc(methods: Methods, body: string): unknown {
  const asked: unknown = JSON.parse(body)
  if (typeof asked !== 'object' || asked === null) throw new Error('a request is an object')
  const given: Readonly<{ id?: unknown; method?: unknown; params?: unknown }> = asked
  const { id = null, method, params } = given
  const work = typeof method === 'string' ? methods[method] : undefined
  try {
    if (work === undefined) throw new RpcRefusal(-32601, 'Method not found')
    return { jsonrpc: '2.0', result: work(Array.isArray(params) ? params : []), id }
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error
    return { jsonrpc: '2.0', error: { code: error.code, message: error.message }, id }
  }
}
