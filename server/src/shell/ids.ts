import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Gives out ids such as `pay_01K9…`: sortable by time, unguessable, unique without a sequence. */
export type Ids = Readonly<{
  next: <Prefix extends string>(prefix: Prefix) => `${Prefix}_${string}`
}>

const DRAWN_BYTES = 256 * 16
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids from the clock (48 bits of milliseconds) and 80 random bits, in Crockford's base 32. */
export function createIds(
  clock: Pick<Clock, 'now'>,
  random: (size: number) => Uint8Array = randomBytes,
): Ids {
  let drawn: Uint8Array = new Uint8Array(0)
  let used = 0
  const next16 = (): Uint8Array => {
    if (used === drawn.length) {
      // Drawn ahead: each draw is a call of the operating system.
      drawn = random(DRAWN_BYTES)
      used = 0
    }
    used += 16
    return drawn.subarray(used - 16, used)
  }
  return {
    next: (prefix) => `${prefix}_${encodeTime(clock.now())}${encodeRandom(next16())}`,
  }
}

function encodeTime(ms: number): string {
  let rest = ms
  let text = ''
  for (let index = 0; index < 10; index += 1) {
    text = ALPHABET.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

const encodeRandom = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('')
