import { serve, type Answered, type Listening } from '../../upstreams/http-server.ts'
import { readAnswerJson } from '../src/chains/node/answer-json.ts'

/** Asks the node itself, this or another question. */
export type Forward = () => Promise<unknown>

/**
 * What goes wrong with a question, by its path without `/` in front; undefined: nothing does. A
 * status with a value is answered as such.
 */
export type TronFault = (path: string, forward: Forward) => Promise<Answered | undefined>

/** A node in front of a node of Tron, through which answers go wrong as a test wants it. */
export const startTronProxy = (url: string, fault: TronFault): Promise<Listening> =>
  serve(async ({ path, body }) => {
    const forward: Forward = async () => {
      const answer = await fetch(url + path, { method: 'POST', body: new Uint8Array(body) })
      return readAnswerJson(await answer.text())
    }
    const wrong = await fault(path.slice(1), forward)
    return wrong ?? { status: 200, value: await forward() }
  })
