import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listening.ts'

/** A front that gives each request to the next server. */
export type RoundRobin = AsyncDisposable &
  Readonly<{
    url: string
    /** The servers of now; those that are gone are stepped over. */
    servers: Set<string>
    /** How many requests each server answered. */
    served: ReadonlyMap<string, number>
  }>

/**
 * Starts the front, as a load balancer in front of several apis would be: what could not be begun
 * goes to the next server, what broke off is the client's to repeat.
 */
export async function startRoundRobin(): Promise<RoundRobin> {
  const servers = new Set<string>()
  const served = new Map<string, number>()
  let turn = 0
  const next = (): readonly string[] => {
    const all = [...servers]
    turn += 1
    return all.map((_, place) => all[(place + turn) % all.length] ?? '')
  }
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      pass({ incoming, outgoing, body: Buffer.concat(chunks), served }, next())
    })
  })
  const running = await listen(server)
  const url = `http://127.0.0.1:${running.port}`
  return { url, servers, served, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

type Passing = Readonly<{
  incoming: IncomingMessage
  outgoing: ServerResponse
  body: Buffer
  served: Map<string, number>
}>

function pass(one: Passing, [first, ...others]: readonly string[]): void {
  const { incoming, outgoing, body, served } = one
  if (first === undefined) return void outgoing.destroy()
  const { method, headers } = incoming
  const to = request(new URL(incoming.url ?? '/', first), { method, headers }, (answer) => {
    served.set(first, (served.get(first) ?? 0) + 1)
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.on('error', () => outgoing.destroy())
    answer.pipe(outgoing)
  })
  to.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') return pass(one, others)
    outgoing.destroy()
  })
  to.end(body)
}
