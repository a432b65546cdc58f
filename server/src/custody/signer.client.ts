import { once } from 'node:events'
import { lstat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import type { OwnKey, Payment, SignedTx } from '../chains/contract-sending.ts'
import { AppError } from '../errors/app-error.ts'
import type { ChainId, Units } from '../money/units.ts'

/** A family of chains whose account keys the signer gives out; Taproot has its own (BIP-86). */
export type KeyFamily = 'bip122' | 'bip122-p2tr' | 'eip155' | 'tron' | 'stacks'

/** Every such family. */
export const keyFamilies: readonly KeyFamily[] = [
  'bip122',
  'bip122-p2tr',
  'eip155',
  'tron',
  'stacks',
]

/** An account's public side: `path` such as `m/84'/0'/3'`; `fingerprint` names the seed. */
export type AccountXpub = Readonly<{ path: string; xpub: string; fingerprint: string }>

/** A family of chains whose addresses the signer makes in advance. */
export type PoolFamily = 'solana' | 'polkadot'

/** Every such family. */
export const poolFamilies: readonly PoolFamily[] = ['solana', 'polkadot']

/** Whether keys of a family come from a pool. */
export const isPoolFamily = (family: KeyFamily | PoolFamily): family is PoolFamily =>
  poolFamilies.some((one) => one === family)

/** Which addresses: indexes `from` to `from + count − 1` of an account. */
export type WantedPool = Readonly<{ account: number; from: number; count: number }>

/**
 * An address that was made in advance, as the family's main network writes it; `publicKey`: 32
 * bytes, of which other networks of the family make theirs.
 */
export type PoolAddress = Readonly<{ path: string; address: string; publicKey: Uint8Array }>

/** A payment as the signer compares it: `all`, and `path` where the recipient is our own. */
export type IntendedPayment = Omit<Payment, 'units'> &
  Readonly<{ units: Payment['units'] | 'all'; path?: string }>

/** What a transaction is to do. The signer signs what does exactly this, if its policy lets it. */
export type SigningIntent = Readonly<{
  /** Names what is paid for: the same id is signed again only for the same payments and slots. */
  id: string
  /** What it is for, a word for the log: `payout`, `sweep` … */
  kind: string
  chain: ChainId
  /** It is one of a sandbox's own chain. */
  simulated?: boolean
  /** Which of Bitcoin's networks; the main one unless said. */
  network?: 'mainnet' | 'testnet' | 'signet' | 'regtest'
  /** The keys that sign, whoever pays the fee among them. */
  keys: readonly OwnKey[]
  /** None where something is put in place. */
  payments: readonly IntendedPayment[]
  /** The address of ours for whose sweeps something is put in place, and nothing else done. */
  setup?: OwnKey
  change?: OwnKey | undefined
  /** The most that it may cost, in the native asset's units. */
  feeMax: Units
  /** Epoch ms after which it is not to be signed any more. */
  expires?: number
}>

/** A request for a signature; `code`: six digits, where the signer's policy asks for them. */
export type SigningRequest = Readonly<{
  intent: SigningIntent
  unsigned: Uint8Array
  code?: string
}>

/**
 * A transaction that was signed for an intent at any time: what it uses up and what it pays, with
 * units as text, or `all`.
 */
export type EarlierTx = Readonly<{
  intent: string
  txHash: string
  slots: readonly string[]
  payments: readonly Readonly<{ to: string; asset: string; units: string }>[]
}>

/** A signature, and the last line of the signer's log, which is worth keeping elsewhere. */
export type Signed = SignedTx & Readonly<{ log: Readonly<{ line: number; hash: string }> }>

/**
 * What may be asked of the signer.
 *
 * Every verb throws signer.no_answer when it does not answer in time, and signer.refused.
 */
export type Signer = Readonly<{
  /** Which seed it holds: a fingerprint of 8 hex digits. */
  hello: () => Promise<Readonly<{ version: number; fingerprint: string }>>
  /** @param account 0 to 2^31 − 1 */
  xpub: (family: KeyFamily, account: number) => Promise<AccountXpub>
  /** At most 200 at once; fewer come where the indexes end. */
  addresses: (family: PoolFamily, wanted: WantedPool) => Promise<readonly PoolAddress[]>
  /** Asking again for the same is safe: it is signed again, and counted once. */
  sign: (request: SigningRequest) => Promise<Signed>
  /**
   * What was signed for at most 20 intents, as the signer's own log says: whoever lost his memory,
   * as a database does that comes from a backup, learns what may be on a chain.
   */
  signed: (intents: readonly string[]) => Promise<readonly EarlierTx[]>
}>

const REPLY_BYTES_MAX = 4 * 1_024 * 1_024
const TIMEOUT_MS = 5_000

const fingerprint = z.string().regex(/^[0-9a-f]{8}$/)
const helloReply = z.object({ version: z.number(), fingerprint })
const xpubReply = z.object({
  path: z.string(),
  xpub: z.string().regex(/^xpub[1-9A-HJ-NP-Za-km-z]{107,108}$/),
  fingerprint,
})
const hex = z.string().regex(/^([0-9a-f]{2})+$/)
const bytes = hex.transform((text) => Uint8Array.from(Buffer.from(text, 'hex')))
const addressesReply = z.object({
  addresses: z.array(z.object({ path: z.string(), address: z.string(), publicKey: bytes })),
})
const signReply = z.object({
  signed: bytes,
  txHash: z.string(),
  log: z.object({ line: z.int(), hash: z.string() }),
})
const signedReply = z.object({
  transactions: z.array(
    z.object({
      intent: z.string(),
      txHash: z.string(),
      slots: z.array(z.string()),
      payments: z.array(z.object({ to: z.string(), asset: z.string(), units: z.string() })),
    }),
  ),
})
const anyReply = z.union([
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
])

/** Speaks to the signer over its socket, one connection a question. */
export function signerClient(socket: string, timeoutMs: number = TIMEOUT_MS): Signer {
  const ask = async <Reply>(request: object, schema: z.ZodType<Reply>): Promise<Reply> => {
    const text = await exchange(socket, `${JSON.stringify(request)}\n`, timeoutMs)
    const reply = read(socket, text, anyReply)
    if (reply.ok) return read(socket, text, schema)
    throw new AppError('signer.refused', { code: reply.code, problem: reply.message })
  }
  return {
    hello: () => ask({ op: 'hello' }, helloReply),
    xpub: (family, account) => ask({ op: 'xpub', family, account }, xpubReply),
    addresses: async (family, wanted) =>
      (await ask({ op: 'addresses', family, ...wanted }, addressesReply)).addresses,
    sign: async ({ intent, unsigned, code }) => {
      const request = {
        op: 'sign',
        intent: asJson(intent),
        unsigned: Buffer.from(unsigned).toString('hex'),
        code,
      }
      const { signed, txHash, log } = await ask(request, signReply)
      return { chain: intent.chain, bytes: signed, txHash, log }
    },
    signed: async (intents) => (await ask({ op: 'signed', intents }, signedReply)).transactions,
  }
}

/** Amounts go as text. */
const asJson = (intent: SigningIntent): object => ({
  ...intent,
  keys: intent.keys.map(({ path, address }) => ({ path, address })),
  payments: intent.payments.map((payment) => ({ ...payment, units: `${payment.units}` })),
  feeMax: `${intent.feeMax}`,
})

/** Sends one line and gives back the first line that comes. */
async function exchange(path: string, line: string, timeoutMs: number): Promise<string> {
  try {
    await refuseStrangers(path)
    const socket = connect(path)
    const signal = AbortSignal.timeout(timeoutMs)
    const stop = (): void => void socket.destroy(new Error(`no answer in ${timeoutMs} ms`))
    signal.addEventListener('abort', stop)
    try {
      await once(socket, 'connect')
      socket.write(line)
      return await firstLine(socket)
    } finally {
      signal.removeEventListener('abort', stop)
      socket.destroy()
    }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('signer.no_answer', { socket: path, problem }, { cause })
  }
}

/** Whoever answers in the signer's place decides where all coins go. */
async function refuseStrangers(path: string): Promise<void> {
  const { uid } = await lstat(path)
  if (uid !== process.getuid?.()) throw new Error(`the socket belongs to user ${uid}`)
}

async function firstLine(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of socket) {
    const bytes = bytesOf(chunk)
    chunks.push(bytes)
    length += bytes.length
    if (bytes.includes(0x0a)) break
    if (length > REPLY_BYTES_MAX) throw new Error('the answer is too long')
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const end = text.indexOf('\n')
  if (end < 0) throw new Error('it hung up')
  return text.slice(0, end)
}

/** A socket without an encoding gives bytes; its type does not say so. */
function bytesOf(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk
  throw new TypeError('a socket gives bytes')
}

function read<Reply>(socket: string, text: string, schema: z.ZodType<Reply>): Reply {
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const problem = 'its answer has another form than expected'
  throw new AppError('signer.no_answer', { socket, problem }, { cause: parsed.error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON fits no schema either.
    return undefined
  }
}
