import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { listen } from './listening.ts'

/** One message as it arrived. */
export type Received = Readonly<{
  path: string
  headers: IncomingMessage['headers']
  /** The body's exact text, and what it says. */
  body: string
  event: string
  id: string
  objectId: string
  sequence: number
  data: unknown
  /** Whether the signature of each form is right for one of the receiver's secrets. */
  signed: Readonly<{ crytom: boolean; standard: boolean }>
}>

/** A shop's server: takes messages, verifies them as a shop would, and remembers them. */
export type Receiver = AsyncDisposable &
  Readonly<{
    /** Ends in `/hook`. */
    url: string
    received: readonly Received[]
    /** Resolves once so many messages have come, counted from the first; fails after 20 s. */
    until: (count: number) => Promise<void>
  }>

/** What the receiver answers: a status, or whatever it does with the response itself. */
export type Reply = number | ((response: ServerResponse) => void)

const PATIENCE_MS = 20_000

/** @param options `secrets`: each of them counts; `reply`: 200 where it is not given */
export async function startReceiver(
  options: Readonly<{
    secrets: readonly string[]
    reply?: (message: Received, count: number) => Reply | Promise<Reply>
  }>,
): Promise<Receiver> {
  const received: Received[] = []
  const waiting = new Set<Readonly<{ count: number; resolve: () => void }>>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = readMessage(request, await bodyOf(request), options.secrets)
    received.push(message)
    for (const one of waiting) if (received.length >= one.count) one.resolve()
    const reply = (await options.reply?.(message, received.length)) ?? 200
    if (typeof reply === 'function') reply(response)
    else response.writeHead(reply).end()
  }
  const running = await listen(
    createServer((request, response) => {
      answer(request, response).catch(() => response.destroy())
    }),
  )
  return {
    url: `http://127.0.0.1:${running.port}/hook`,
    received,
    until: (count) =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          reject(new Error(`${received.length} messages came, ${count} were expected`))
        }, PATIENCE_MS)
        const arrived = (): void => {
          clearTimeout(giveUp)
          resolve()
        }
        waiting.add({ count, resolve: arrived })
        if (received.length >= count) arrived()
      }),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function readMessage(request: IncomingMessage, body: string, secrets: readonly string[]): Received {
  const { headers, url = '' } = request
  const said: Record<string, unknown> = JSON.parse(body)
  return {
    path: url,
    headers,
    body,
    event: String(said['event']),
    id: String(said['id']),
    objectId: String(said['object_id']),
    sequence: Number(said['sequence']),
    data: said['data'],
    signed: {
      crytom: secrets.some((secret) => isCrytomSigned(request, body, secret)),
      standard: secrets.some((secret) => isStandardSigned(request, body, secret)),
    },
  }
}

/** The check that the v1 documentation describes; written without our own signing code. */
function isCrytomSigned(
  { headers, url = '' }: IncomingMessage,
  body: string,
  key: string,
): boolean {
  const [path = ''] = url.split('?')
  const text = `${String(headers['x-crytom-timestamp'])}POST${path}${body}`
  const expected = createHmac('sha256', key).update(text).digest('hex')
  const given = Buffer.from(String(headers['x-crytom-signature']))
  return given.length === 64 && timingSafeEqual(given, Buffer.from(expected))
}

function isStandardSigned({ headers }: IncomingMessage, body: string, secret: string): boolean {
  const text = (name: string): string => String(headers[name])
  try {
    new Webhook(secret).verify(body, {
      'webhook-id': text('webhook-id'),
      'webhook-timestamp': text('webhook-timestamp'),
      'webhook-signature': text('webhook-signature'),
    })
    return true
  } catch {
    return false
  }
}
