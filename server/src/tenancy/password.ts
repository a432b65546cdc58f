import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

const KEY_BYTES = 32
const SALT_BYTES = 16
/** 16 MiB of memory and some 50 ms for each guess. @see RFC 7914, OWASP Password Storage 2026 */
const COST = { N: 2 ** 14, r: 8, p: 5 }
const FORM = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/

/** A password as it is kept: `scrypt$N$r$p$salt$key`, so that the cost can grow later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, COST)
  const parts = [COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')]
  return `scrypt$${parts.join('$')}`
}

/** Whether `kept` was made from this password. */
export async function passwordFits(password: string, kept: string): Promise<boolean> {
  const [, n = '', r = '', p = '', salt = '', key = ''] = FORM.exec(kept) ?? []
  if (key === '') return false
  const cost = { N: Number.parseInt(n, 10), r: Number.parseInt(r, 10), p: Number.parseInt(p, 10) }
  const wanted = Buffer.from(key, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}

function derive(password: string, salt: Uint8Array, cost: ScryptOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const options = { ...cost, maxmem: 64 * 1024 * 1024 }
  // One person may type an accent as one character or two (NFKC, as in RFC 8265).
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
    error === null ? resolve(key) : reject(error),
  )
  return promise
}
