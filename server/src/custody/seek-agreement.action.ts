import type { BookChain } from '../chains/contract-book-chain.ts'
import type { ChainAdapter } from '../chains/contract.ts'
import { AppError } from '../errors/app-error.ts'
import { knownAsset } from '../money/registry.ts'
import type { ShellCtx } from '../shell/context.ts'
import { haltCrediting, type TellHalt } from './halt-crediting.action.ts'
import { agreeOnDeposit, denyDeposit, postponeDeposit } from './deposit-doubt.store.ts'
import type { DepositKey } from './deposit.store.ts'
import { testify, verdictOf, type Question, type Testimony, type Verdict } from './testimony.ts'

/** What asking several nodes needs. */
export type AgreementCtx = Pick<ShellCtx, 'db' | 'clock' | 'ids'> & Readonly<{ tellHalt: TellHalt }>

/** A deposit that cannot be credited before nodes agree on it. */
export type Doubt = Readonly<{ key: DepositKey; chain: BookChain | undefined; question: Question }>

const AGAIN_MS_MIN = 1_000
const AGAIN_MS = 60_000

/**
 * Asks every node of the chain about a deposit that waits to be credited, and writes down what they
 * say together: two agree, or deny it; or they contradict one another, which halts its asset; or it
 * waits, and says for what. It asks nodes: call it outside of a dbTx.
 */
export async function seekAgreement(
  ctx: AgreementCtx,
  { key, chain, question }: Doubt,
): Promise<void> {
  const witnesses = chain?.witnesses ?? []
  const first = await hear(witnesses, question)
  // A fork between two answers looks like a contradiction: who contradicts is asked a second time.
  const verdict = first.kind === 'disputed' ? await hear(witnesses, question) : first
  switch (verdict.kind) {
    case 'agreed':
      await agreeOnDeposit(ctx.db, key, question)
      return
    case 'denied':
      await denyDeposit(ctx.db, key, { block: question.block, now: ctx.clock.now() })
      return
    case 'disputed': {
      const { asset, txHash } = question
      if (chain === undefined) throw new Error('nobody was asked, so nobody contradicts')
      const of = { realm: chain.realm, chain: knownAsset(asset).chain, asset }
      await haltCrediting(
        ctx,
        of,
        `nodes contradict one another about ${txHash}: ${verdict.reason}`,
      )
      return
    }
    case 'waiting': {
      const pause = chain === undefined ? AGAIN_MS : Math.max(AGAIN_MS_MIN, chain.adapter.pollMs)
      const dueAt = ctx.clock.now() + pause
      await postponeDeposit(ctx.db, key, { dueAt, problem: verdict.problem })
      return
    }
  }
}

async function hear(nodes: readonly ChainAdapter[], question: Question): Promise<Verdict> {
  return verdictOf(await Promise.all(nodes.map((node) => heard(node, question))))
}

async function heard(node: ChainAdapter, question: Question): Promise<Testimony> {
  try {
    return await testify(node, question)
  } catch (error) {
    // A node that is away, behind or confused says nothing; it is asked again.
    if (error instanceof AppError && error.code.startsWith('chain.')) return 'silent'
    throw error
  }
}
