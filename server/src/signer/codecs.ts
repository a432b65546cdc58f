import { bitcoinCodec } from '../chains/bitcoin/codec.ts'
import type { TxCodec } from '../chains/contract-sending.ts'
import { evmCodec } from '../chains/evm/codec.ts'
import { simulatedCodec } from '../chains/simulated/codec.ts'
import { solanaCodec } from '../chains/solana/codec.ts'
import { stacksCodec } from '../chains/stacks/codec.ts'
import { tronCodec } from '../chains/tron/codec.ts'
import { AppError } from '../errors/app-error.ts'
import type { Intent } from './intent.ts'

/**
 * How the bytes of an intent's chain are read and signed.
 * @throws signer.not_allowed for families that cannot be signed for yet
 */
export function codecFor(intent: Pick<Intent, 'chain' | 'simulated' | 'network'>): TxCodec {
  if (intent.simulated) return simulatedCodec
  switch (intent.chain.family) {
    case 'bip122':
      return bitcoinCodec(intent.network)
    case 'eip155':
      return evmCodec
    case 'tron':
      return tronCodec
    case 'solana':
      return solanaCodec
    case 'stacks':
      return stacksCodec
    case 'polkadot': {
      const problem = 'transactions of this network are not signed yet'
      throw new AppError('signer.not_allowed', { what: intent.chain.name, problem })
    }
  }
}
