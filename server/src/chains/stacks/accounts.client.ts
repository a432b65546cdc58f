import type { z } from 'zod'
import type { BlockRef } from '../contract.ts'
import { Account, Nonces } from './answers.ts'
import type { StacksNode } from './node.client.ts'

/** What an account has, and how many transactions it made; after a block, or now. */
export function accountAt(
  node: StacksNode,
  address: string,
  block?: BlockRef,
): Promise<z.infer<typeof Account>> {
  const tip = block === undefined ? '' : `&tip=${block.hash.slice(2)}`
  return node.ask(`v2/accounts/${address}?proof=0${tip}`, Account)
}

/**
 * The lowest nonce that nothing uses, in a block or in the mempool. One that is missing in between
 * would hold up all that come after it.
 */
export async function nextNonce(node: StacksNode, address: string): Promise<bigint> {
  const path = `extended/v1/address/${address}/nonces`
  const { possible_next_nonce: next, detected_missing_nonces: missing } = await node.ask(
    path,
    Nonces,
  )
  return [next, ...missing].reduce((least, one) => (one < least ? one : least))
}
