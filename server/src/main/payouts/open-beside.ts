import { readConfig } from '../../shell/config.ts'
import { openDataDirectory } from '../../shell/data-directory.ts'
import { signerCommand } from '../../signer/command.ts'
import { buildContext, type PlatformCtx } from '../context.ts'
import { openDatabaseBeside } from '../database.ts'
import { openRealChains } from '../real-chains.ts'

/** The platform's context in a process of its own, which serves nothing. */
export type Beside = AsyncDisposable & Readonly<{ ctx: PlatformCtx }>

/**
 * Opens what a command works with, beside a platform that may be running: its database, the nodes
 * of its settings, the socket of its signer. Its local node is its own, and not there.
 *
 * @throws the refusals of `shell`
 */
export async function openBeside(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Beside> {
  const config = readConfig({ ...env, COFFER_LOCAL_NODE: 'off' })
  const stack = new AsyncDisposableStack()
  try {
    const data = await openDataDirectory(config.dataDirectory, config.masterKey)
    const { db } = stack.use(await openDatabaseBeside(config))
    const chains = stack.use(await openRealChains(config))
    const ctx = buildContext({
      ...{ config, db, masterKey: data.masterKey },
      signerSocket: signerCommand({ dataDirectory: config.dataDirectory, env }).socket,
      ...{ realChains: chains.real, localNodes: chains.local },
    })
    stack.use(ctx.ledger)
    const owned = stack.move()
    return { ctx, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
