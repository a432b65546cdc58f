import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A request as it arrived. */
export type Arrived = Readonly<{
  method: string
  target: string
  headers: IncomingMessage['headers']
  body: string
}>

/** What a scripted server does with a request: answers, or takes the connection apart. */
export type Step = (response: ServerResponse, arrived: Arrived) => void

/** A server that does one step of a script for each request. */
export type ScriptedServer = AsyncDisposable &
  Readonly<{ url: string; arrived: readonly Arrived[] }>

/** Starts one; a request beyond the script is answered with 599. */
export async function scriptedServer(steps: readonly Step[]): Promise<ScriptedServer> {
  const arrived: Arrived[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, target: url, headers, body: Buffer.concat(chunks).toString() }
      const step = steps[arrived.push(one) - 1]
      if (step === undefined) response.writeHead(599).end()
      else step(response, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers with JSON. */
export const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Step =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))

/** Answers with success. */
export const succeeding = (data: unknown, more: object = {}): Step =>
  answering(200, { status: 'success', data, ...more })

/** Answers with a refusal of the API. */
export const refusing = (
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Step => answering(status, { error, message: `It is ${error}.`, request_id: 'req_1' }, headers)

/** Breaks the connection after the request has arrived. */
export const breaking: Step = (response) => void response.destroy()

/** Never answers. */
export const silent: Step = () => undefined
