import type { Realm } from '../chains/contract-book-chain.ts'
import type { NetworkFamily } from '../money/registry-networks.ts'
import { knownNetwork } from '../money/registry.ts'
import type { ChainId } from '../money/units.ts'
import type { Book } from '../shell/book.ts'
import type { Queryable } from '../shell/db.ts'
import { gatherOn } from '../shell/gather.ts'
import { findOurs } from './address.store.ts'
import type { Chains } from './chains.ts'

/**
 * Which of some addresses are ours on a chain: this book's, or another's that shares the chain.
 *
 * @param asked their canonical forms, as `checkAddress` gives them
 */
export async function ownAddresses(
  ctx: Readonly<{ db: Queryable; chains: Chains }>,
  book: Book,
  asked: Readonly<{ chain: ChainId; addresses: readonly string[] }>,
): Promise<ReadonlySet<string>> {
  const found = ctx.chains.of(book, asked.chain)
  if (found === undefined) return new Set()
  const { family } = knownNetwork(asked.chain)
  const { addresses } = asked
  const ours = await find(ctx.db, { realm: found.realm, family, addresses })
  return new Set(addresses.filter((address) => ours.has(address)))
}

type Question = Readonly<{
  realm: Realm
  family: NetworkFamily
  addresses: readonly string[]
}>

const BATCH_MAX = 200
const LANES = 4

/** What many ask at the same time is one statement. */
const find = gatherOn(
  async (
    db: Queryable,
    questions: readonly Question[],
  ): Promise<readonly ReadonlySet<string>[]> => {
    const keyOf = ({ realm, family }: Question): string => `${realm} ${family}`
    const groups = [...Map.groupBy(questions, keyOf)]
    const answers = await Promise.all(
      groups.map(async ([key, [first, ...more]]) => {
        if (first === undefined) throw new Error('a group has a first question')
        const addresses = [first, ...more].flatMap((one) => one.addresses)
        return [key, new Set(await findOurs(db, first, [...new Set(addresses)]))] as const
      }),
    )
    const byKey = new Map<string, ReadonlySet<string>>(answers)
    return questions.map((one) => byKey.get(keyOf(one)) ?? new Set())
  },
  { batchMax: BATCH_MAX, lanes: LANES },
)
