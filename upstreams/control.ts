import { z } from 'zod'
import type { Answered, Asked } from './http-server.ts'

/** Where a stand-in is played from outside: POST with JSON to what follows it. */
const CONTROL = '/_control/'

/** Whether a request plays the chain, and does not ask its node. */
export const isControl = ({ path }: Asked): boolean => path.startsWith(CONTROL)

/** How many blocks are mined. */
export const Count = z.strictObject({ blocks: z.int().min(0).max(10_000) })

/** How many of the newest blocks are replaced, and which transactions do not come again. */
export const Fork = z.strictObject({
  depth: z.int().min(0),
  drop: z.array(z.string()).default([]),
})

/** Units of the chain's coin that appear at an address. */
export const Grant = z.strictObject({ address: z.string(), amount: z.string().regex(/^\d+$/) })

/** What can be done to a chain, by the word after `/_control/`. */
export type Controls = Readonly<Record<string, (given: unknown) => unknown>>

/** Does what a request asks for. @param shown what the chain looks like afterwards */
export async function play(
  controls: Controls,
  { path, body }: Asked,
  shown: () => object,
): Promise<Answered> {
  const does = controls[path.slice(CONTROL.length)]
  if (does === undefined) {
    return { status: 404, value: { error: 'there is no such control' } }
  }
  await does(JSON.parse(body.toString('utf8')))
  return { status: 200, value: shown() }
}
