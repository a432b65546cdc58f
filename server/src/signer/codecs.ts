import { bitcoinCodec } from '../chains/bitcoin/codec.ts'
import type { TxCodec } from '../chains/contract-sending.ts'
import { evmCodec } from '../chains/evm/codec.ts'
import { polkadotCodec } from '../chains/polkadot/codec.ts'
import { simulatedCodec } from '../chains/simulated/codec.ts'
import { solanaCodec } from '../chains/solana/codec.ts'
import { stacksCodec } from '../chains/stacks/codec.ts'
import { tronCodec } from '../chains/tron/codec.ts'
import type { Intent } from './intent.ts'

/** How the bytes of an intent's chain are read and signed. */
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
    case 'polkadot':
      return polkadotCodec
  }
}
