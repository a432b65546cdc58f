import { AppError, isError } from '../../errors/app-error.ts'
import type { BlockRef, Watch } from '../contract.ts'

/** After which block to look, for whom, and how far. */
export type ScanRequest = Readonly<{ from: BlockRef; watch: Watch; blocksMax: number }>

/** A node by what errors name. */
type Named = Readonly<{ chain: string; name: string }>

const TRIES_MAX = 4

/** What a node shows does not fit together: its chain changed while it was looked at. */
export const unsettled = ({ chain, name }: Named): AppError =>
  new AppError('chain.node_unsettled', { chain, node: name })

/** A node does not reach up to a block that was seen before: it lags behind. */
export const behind = ({ chain, name }: Named, { height }: Pick<BlockRef, 'height'>): AppError =>
  new AppError('chain.node_behind', { chain, node: name, height })

/**
 * Looks until what is seen is one consistent view: when the chain changes meanwhile, all is read
 * again.
 *
 * @throws chain.node_unsettled when it changed each time; what `look` throws otherwise
 */
export async function untilSettled<Seen>(look: () => Promise<Seen>): Promise<Seen> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await look()
    } catch (error) {
      if (!isError(error, 'chain.node_unsettled') || attempt === TRIES_MAX) throw error
    }
  }
}
