import {
  decompileTransactionMessage,
  getCompiledTransactionMessageDecoder,
  type Instruction,
} from '@solana/kit'
import {
  identifySystemInstruction,
  parseTransferSolInstruction,
  SYSTEM_PROGRAM_ADDRESS,
  SystemInstruction,
} from '@solana-program/system'
import {
  ASSOCIATED_TOKEN_PROGRAM_ADDRESS,
  parseCreateAssociatedTokenIdempotentInstruction,
  parseTransferCheckedInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token'
import { coinOf, tokenOf } from '../src/chains/solana/assets.ts'
import { readLasting } from '../src/chains/solana/lifetime.ts'
import type { Payment } from '../src/chains/contract-sending.ts'
import { units, type ChainId } from '../src/money/units.ts'

type Paid = Payment & Readonly<{ from: string }>
type Called = Parameters<typeof parseTransferCheckedInstruction>[0]

/**
 * Whom a message pays as @solana/kit and the programs' own clients read it; undefined when they
 * cannot. Token accounts are those of the owners for whom the message opens them.
 */
export const readByKit = (chain: ChainId, unsigned: Uint8Array): readonly Payment[] | undefined =>
  movesByKit(chain, unsigned)?.map(({ to, asset, units: amount }) => ({ to, asset, units: amount }))

/** The same with who pays. */
export function movesByKit(chain: ChainId, unsigned: Uint8Array): readonly Paid[] | undefined {
  try {
    const bytes = readLasting(unsigned).body
    const compiled = getCompiledTransactionMessageDecoder().decode(bytes)
    const instructions: readonly Instruction[] = decompileTransactionMessage(compiled).instructions
    const called = instructions.flatMap(whole)
    const owners = new Map(called.flatMap(opening))
    return called.flatMap((one) => paymentsOf(chain, one, owners))
  } catch {
    return undefined
  }
}

/** A call without accounts or data is none of those that pay. */
function whole({ programAddress, accounts, data }: Instruction): readonly Called[] {
  if (accounts === undefined || data === undefined) return []
  return [{ programAddress, accounts, data }]
}

function opening(called: Called): readonly (readonly [string, string])[] {
  if (called.programAddress !== ASSOCIATED_TOKEN_PROGRAM_ADDRESS) return []
  const { accounts } = parseCreateAssociatedTokenIdempotentInstruction(called)
  return [[accounts.ata.address, accounts.owner.address]]
}

function paymentsOf(
  chain: ChainId,
  called: Called,
  owners: ReadonlyMap<string, string>,
): readonly Paid[] {
  switch (called.programAddress) {
    case SYSTEM_PROGRAM_ADDRESS: {
      if (identifySystemInstruction(called) !== SystemInstruction.TransferSol) return []
      const { accounts, data } = parseTransferSolInstruction(called)
      const [from, to] = [accounts.source.address, accounts.destination.address]
      return [{ from, to, asset: coinOf(chain), units: units(data.amount) }]
    }
    case TOKEN_PROGRAM_ADDRESS: {
      const { accounts, data } = parseTransferCheckedInstruction(called)
      const to = owners.get(accounts.destination.address) ?? 'nobody'
      const from = accounts.authority.address
      return [{ from, to, asset: tokenOf(chain, accounts.mint.address), units: units(data.amount) }]
    }
    default:
      return []
  }
}
