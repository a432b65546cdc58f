import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { listen } from './listening.ts'

/** An event as it arrived at first, and how often it came in all. */
export type Arrived = { readonly sequence: number; readonly objectId: string } & {
  readonly data: Readonly<{ version: number }>
  readonly body: string
  copies: number
}

/** What becomes of a message: an answer, or the connection is cut without one. */
export type Verdict = number | 'cut'

/** A shop's server for very many messages: it remembers each event once. */
export type MassReceiver = AsyncDisposable &
  Readonly<{ url: string; arrived: ReadonlyMap<string, Arrived>; problems: readonly string[] }>

/** Verifying costs as much as all the rest; so many messages are verified by a stranger's code. */
const VERIFIED_EVERY = 16

/**
 * @param judge gets the event's id and how often it has come; what it says is answered
 * @param answered is told after each answer that has left
 */
export async function startMassReceiver(
  options: Readonly<{
    secret: string
    judge: (id: string, copies: number) => Verdict
    /** Called for each message before it is answered; true: it never is. */
    onMessage: (answer: () => void) => boolean
  }>,
): Promise<MassReceiver> {
  const arrived = new Map<string, Arrived>()
  const problems: string[] = []
  const webhook = new Webhook(options.secret)
  let messages = 0
  const take = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    messages += 1
    const { id, object_id: objectId, sequence, data } = JSON.parse(body)
    if (messages % VERIFIED_EVERY === 0) problems.push(...problemsOf(webhook, request, body))
    const known = arrived.get(id)
    const event = known ?? { sequence, objectId, data, body, copies: 0 }
    if (event.body !== body) problems.push(`the copies of ${id} differ`)
    event.copies += 1
    const verdict = options.judge(id, event.copies)
    if (verdict === 'cut') return void request.socket.destroy()
    arrived.set(id, event)
    const answer = (): void => void response.writeHead(verdict).end()
    if (!options.onMessage(answer)) answer()
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => take(request, response, Buffer.concat(chunks).toString('utf8')))
  })
  const running = await listen(server)
  const url = `http://127.0.0.1:${running.port}/hook`
  return { url, arrived, problems, [Symbol.asyncDispose]: running[Symbol.asyncDispose] }
}

function problemsOf(webhook: Webhook, { headers }: IncomingMessage, body: string): string[] {
  const text = (name: string): string => String(headers[name])
  try {
    webhook.verify(body, {
      'webhook-id': text('webhook-id'),
      'webhook-timestamp': text('webhook-timestamp'),
      'webhook-signature': text('webhook-signature'),
    })
    return []
  } catch (error) {
    return [`the signature of ${text('webhook-id')} is wrong: ${String(error)}`]
  }
}
