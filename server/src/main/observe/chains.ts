import type { BookChain } from '../../chains/contract-book-chain.ts'
import type { ChainSender } from '../../chains/contract-sending.ts'
import type { ChainAdapter } from '../../chains/contract.ts'
import type { Chains } from '../../custody/chains.ts'
import { errorWord } from '../../shell/telemetry/outcome.ts'
import { inSpan } from '../../shell/telemetry/tracing.ts'
import type { ProcessMeters } from './process-meters.ts'

type Ask = <Answer>(verb: string, question: () => Promise<Answer>) => Promise<Answer>

/**
 * The same chains; what is asked of them is part of the trace around it, and counted where nodes
 * answer. Those of sandboxes answer from the database, and are as many as there are sandboxes.
 */
export function observedChains(chains: Chains, meters: ProcessMeters): Chains {
  const known = new WeakMap<BookChain, BookChain>()
  const observed = (one: BookChain): BookChain => {
    const before = known.get(one)
    if (before !== undefined) return before
    const made = observedChain(one, meters)
    known.set(one, made)
    return made
  }
  return {
    of: (book, chain) => {
      const found = chains.of(book, chain)
      return found === undefined ? undefined : observed(found)
    },
    list: (book) => chains.list(book).map(observed),
  }
}

function observedChain(one: BookChain, meters: ProcessMeters): BookChain {
  const isReal = one.realm === 'live' || one.realm === 'test'
  const traced = tracedAsk(one)
  const counted = countedAsk(one.adapter.chain, meters)
  const ask: Ask = isReal ? (verb, question) => counted(verb, () => traced(verb, question)) : traced
  return {
    ...one,
    adapter: observedAdapter(one.adapter, ask),
    sender: one.sender && observedSender(one.sender, ask),
  }
}

const tracedAsk = ({ adapter: { chain }, realm }: BookChain): Ask => {
  const kind = realm === 'live' || realm === 'test' ? realm : 'simulated'
  return (verb, question) => {
    const attributes = { 'coffer.chain': chain, 'coffer.verb': verb, 'coffer.realm': kind }
    return inSpan({ name: `chain ${verb}`, kind: 'client', attributes }, question)
  }
}

const countedAsk =
  (chain: string, meters: ProcessMeters): Ask =>
  async (verb, question) => {
    const start = performance.now()
    let outcome = 'answered'
    try {
      return await question()
    } catch (error) {
      outcome = errorWord(error)
      throw error
    } finally {
      meters.chainCalls.inc({ chain, verb, outcome })
      meters.chainSeconds.observe({ chain, verb }, (performance.now() - start) / 1_000)
    }
  }

const observedAdapter = (adapter: ChainAdapter, ask: Ask): ChainAdapter => ({
  ...adapter,
  tips: () => ask('tips', adapter.tips),
  blockAt: (height) => ask('block_at', () => adapter.blockAt(height)),
  scan: (...given) => ask('scan', () => adapter.scan(...given)),
  pending: (watch) => ask('pending', () => adapter.pending(watch)),
  balanceOf: (...given) => ask('balance_of', () => adapter.balanceOf(...given)),
})

function observedSender(sender: ChainSender, ask: Ask): ChainSender {
  const { needsSetup } = sender
  return {
    ...sender,
    estimate: (request) => ask('estimate', () => sender.estimate(request)),
    usual: (...given) => ask('usual', () => sender.usual(...given)),
    ...(needsSetup && {
      needsSetup: (request) => ask('needs_setup', () => needsSetup(request)),
    }),
    build: (request) => ask('build', () => sender.build(request)),
    bump: (...given) => ask('bump', () => sender.bump(...given)),
    broadcast: (signed) => ask('broadcast', () => sender.broadcast(signed)),
    lookUp: (...given) => ask('look_up', () => sender.lookUp(...given)),
    slotState: (slot) => ask('slot_state', () => sender.slotState(slot)),
  }
}
