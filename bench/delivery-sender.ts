import { once } from 'node:events'
import { Agent, request } from 'undici'

// The least that sends the same bodies to the same servers: no key, no signature, no record, and
// nothing that is kept for later. It gets its work from the parent, and says when it is done.
const CALLERS = 72

type Work = Readonly<{ urls: readonly string[]; bodies: readonly string[] }>

process.send?.('ready')
const [work] = await once(process, 'message')
const { urls, bodies }: Work = work
const dispatcher = new Agent()
const headers = { 'content-type': 'application/json' }
const all = bodies.flatMap((body) => urls.map((url) => ({ url, body }))).values()
const caller = async (): Promise<void> => {
  for (const { url, body } of all) {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher })
    await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`)
  }
}
await Promise.all(Array.from({ length: CALLERS }, caller))
await dispatcher.close()
process.disconnect()
