import type { ChainSender, SignedTx } from '../../chains/contract-sending.ts'
import type { ChainAdapter } from '../../chains/contract.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Book } from '../../shell/book.ts'
import type { ShellCtx } from '../../shell/context.ts'
import type { Instant } from '../../shell/clock.ts'
import { inDbTx, type DbTx } from '../../shell/db.ts'
import { readBook } from '../book.store.ts'
import type { Chains } from '../chains.ts'
import { isSimulated } from '../deposit-route.ts'
import type { EarlierTx, SigningRequest } from '../signer.client.ts'
import { readAttempts } from './attempt.store.ts'
import { findOutgoing, lockOutgoing, writeStep, type Step } from './outgoing.store.ts'
import type { Attempt, Outgoing, OutgoingHandlers, OutgoingKey } from './outgoing.ts'

/** What sending needs. */
export type SendOutgoingCtx = Pick<ShellCtx, 'db' | 'clock'> &
  Readonly<{
    chains: Chains
    /**
     * Asks the signer, which decides for itself whether the bytes do what was wanted.
     * @throws signer.refused, signer.no_answer
     */
    sign: (request: SigningRequest) => Promise<SignedTx>
    /**
     * What the signer has signed before for some intents: a database that was brought back from a
     * copy learns from it what it does not remember.
     * @throws signer.no_answer
     */
    signedBefore: (intents: readonly string[]) => Promise<readonly EarlierTx[]>
    endings: OutgoingHandlers
  }>

/** Something that goes out, as it stands now, with the chain that it goes to. */
export type Standing = Readonly<{
  key: OutgoingKey
  book: Book
  outgoing: Outgoing
  attempts: readonly Attempt[]
  adapter: ChainAdapter
  sender: ChainSender
  /** It is a sandbox's own chain. */
  isSimulated: boolean
  /** When others go on with it, while a person is served first; absent: at once. */
  resumeAt?: Instant
}>

/** Reads all of it. @throws chain.unreachable while the chain is not connected */
export async function readStanding(ctx: SendOutgoingCtx, key: OutgoingKey): Promise<Standing> {
  const { book, outgoing, attempts } = await inDbTx(ctx, async (dbTx) => {
    const found = await findOutgoing(dbTx, key)
    if (found === undefined) throw new Error(`there is no outgoing ${key.outgoing_id}`)
    return {
      outgoing: found,
      book: await readBook(dbTx, key.book_id),
      attempts: await readAttempts(dbTx, key),
    }
  })
  const chain = ctx.chains.of(book, outgoing.chain)
  if (chain?.sender === undefined || chain.realm !== outgoing.realm) {
    throw new AppError('chain.unreachable', { chain: outgoing.chain })
  }
  const { adapter, sender } = chain
  return { key, book, outgoing, attempts, adapter, sender, isSimulated: isSimulated(chain) }
}

/**
 * Changes what stands, if it still stands as it was read: whoever was overtaken does nothing.
 * @param change gives the next step, or nothing when the work itself found that it is too late
 */
export async function go(
  ctx: SendOutgoingCtx,
  { key, outgoing, attempts, resumeAt }: Standing,
  change: (dbTx: DbTx) => Promise<Partial<Step> | undefined>,
): Promise<void> {
  await inDbTx(ctx, async (dbTx) => {
    const now = await lockOutgoing(dbTx, key)
    const isSame =
      now.state === outgoing.state && marksOf(await readAttempts(dbTx, key)) === marksOf(attempts)
    const step = isSame ? await change(dbTx) : undefined
    if (step === undefined) return
    const { state, problem, mined, lostLooks, poorSince } = outgoing
    const at = ctx.clock.now()
    const before = { state, problem, mined, lostLooks, poorSince, dueAt: resumeAt ?? at }
    await writeStep(dbTx, key, { ...before, ...step, now: at })
  })
}

const marksOf = (attempts: readonly Attempt[]): string =>
  attempts.map(({ attempt, broadcast }) => `${attempt} ${broadcast}`).join()
