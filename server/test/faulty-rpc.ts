import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** One question on its way to the node. */
export type Question = Readonly<{ method: string; params: readonly unknown[] }>

/** What the proxy sends back: a body, a status with a body, or nothing but a closed connection. */
export type Reply = string | Readonly<{ status: number; body: string }> | 'hang up'

/**
 * What goes wrong with a question. `forward` asks the node itself, this or another question, and
 * answers its body; a promise that never ends is a node that never answers.
 */
export type Fault = (
  question: Question,
  forward: (other?: Partial<Question>) => Promise<string>,
) => Promise<Reply>

/** A real HTTP server in front of a node, through which answers go wrong as a test wants it. */
export type FaultyRpc = AsyncDisposable &
  Readonly<{
    url: string
    /** Every method asked so far, in order. */
    asked: readonly string[]
    /** From now on; undefined makes it an honest proxy again. */
    behave: (fault: Fault | undefined) => void
  }>

/** Starts a proxy in front of the node at `url`; honest until told otherwise. */
export async function startFaultyRpc(url: string): Promise<FaultyRpc> {
  const asked: string[] = []
  let fault: Fault = (_, forward) => forward()
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const question = parseQuestion(await readBody(request))
    asked.push(question.method)
    const reply = await fault(question, (other) => forward(url, { ...question, ...other }))
    if (reply === 'hang up') return void response.destroy()
    const { status, body } = typeof reply === 'string' ? { status: 200, body: reply } : reply
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    behave: (next) => (fault = next ?? ((_, ask) => ask())),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** A JSON-RPC refusal, as nodes send it. */
export const refusal = (code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message } })

/** A JSON-RPC answer. */
export const result = (value: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, result: value })

async function forward(url: string, question: Question): Promise<string> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...question })
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body })).text()
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function parseQuestion(text: string): Question {
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null) throw new Error('no question')
  const method = 'method' in body ? String(body.method) : ''
  const params: readonly unknown[] =
    'params' in body && Array.isArray(body.params) ? body.params : []
  return { method, params }
}
