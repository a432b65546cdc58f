import { isSimulated } from '../custody/deposit-route.ts'
import { resumeCrediting, type HaltCtx } from '../custody/halt-crediting.action.ts'
import { AppError } from '../errors/app-error.ts'
import { resolveAsset } from '../money/alias.ts'
import type { Asset } from '../money/registry.ts'
import type { Book } from '../shell/book.ts'
import { requireSandbox, type SandboxCtx } from './play.action.ts'

/**
 * Goes on crediting an asset of a simulated chain after its nodes contradicted one another, as
 * whoever runs the server does for real chains.
 *
 * @throws sandbox.test_key_needed, sandbox.chain_not_playable, custody.crediting_not_halted, and
 *   what `resolveAsset` throws
 */
export async function resumeSandbox(
  ctx: SandboxCtx & HaltCtx,
  book: Book,
  request: Readonly<{ currency: string; network?: string | undefined }>,
): Promise<Asset> {
  requireSandbox(book)
  const asset = resolveAsset(request)
  const found = ctx.chains.of(book, asset.chain)
  if (found === undefined || !isSimulated(found)) {
    throw new AppError('sandbox.chain_not_playable', { network: asset.network })
  }
  await resumeCrediting(ctx, { realm: found.realm, chain: asset.chain, asset: asset.id })
  return asset
}
