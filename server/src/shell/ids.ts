import { hash, randomBytes } from 'node:crypto'
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

const NAMED_CHARACTERS = 26

/**
 * The id that a name has at every time and in every database: for what must be known again by
 * whoever lost his memory of it. It does not sort by time.
 *
 * @param name its parts, outermost first, such as a book's id
 */
export const idOfName = <Prefix extends string>(
  prefix: Prefix,
  name: readonly string[],
): `${Prefix}_${string}` => {
  const digest = hash('sha256', JSON.stringify([prefix, ...name]), 'buffer')
  return `${prefix}_${encodeRandom(digest.subarray(0, NAMED_CHARACTERS))}`
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
