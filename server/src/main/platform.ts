import { startApi } from '../api/api.ts'
import { eventDocuments } from '../api/crytom/event-webhooks.ts'
import { routes } from '../api/crytom/routes.ts'
import { checkSigner } from '../custody/ensure-xpubs.action.ts'
import { signerCommand } from '../signer/command.ts'
import { readConfig, type Config } from '../shell/config.ts'
import { claimDirectory, openDataDirectory } from '../shell/data-directory.ts'
import { freePort } from '../shell/free-port.ts'
import type { Ops } from '../shell/telemetry/ops.ts'
import { buildContext, type PlatformCtx } from './context.ts'
import { openDatabase } from './database.ts'
import { openMailers } from './mailers.ts'
import { makeOps, startOps, startTracing } from './observe/ops.ts'
import { seeRequests } from './observe/observe.ts'
import { openRealChains, type RealChains } from './real-chains.ts'
import { openSandbox, type Sandbox } from './sandbox-file.ts'
import { startSigner } from './signer-process.ts'
import type { Terminal } from './terminal.ts'
import { startWorker } from './worker.ts'

/** What was started, and how to reach it. Disposing stops it in order. */
export type Platform = AsyncDisposable &
  Readonly<{
    ctx: PlatformCtx
    url: string | undefined
    /** Of the listener for `/metrics` and the like, where it has one of its own. */
    opsUrl: string | undefined
    localNodeUrl: string | undefined
    sandbox: Sandbox | undefined
  }>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Starts the roles that the settings name, in the order in which they need one another: data
 * directory, database, signer, chain nodes, worker, API.
 *
 * @throws the refusals of `shell`, each with what to do
 */
export async function startPlatform(env: Environment, terminal: Terminal): Promise<Platform> {
  const stack = new AsyncDisposableStack()
  try {
    const started = await startParts(stack, env, terminal)
    const owned = stack.move()
    return { ...started, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function startParts(
  stack: AsyncDisposableStack,
  env: Environment,
  terminal: Terminal,
): Promise<Omit<Platform, typeof Symbol.asyncDispose>> {
  const config = await withPort(readConfig(env))
  const data = await openDataDirectory(config.dataDirectory, config.masterKey)
  const isOwner = config.databaseUrl === '' || config.roles.includes('signer')
  if (isOwner) stack.use(await claimDirectory(data.path))

  const databaseStep = terminal.step('Database')
  const database = stack.use(await openDatabase(config))
  const place = config.databaseUrl === '' ? 'embedded, in the data directory' : 'external'
  databaseStep.done(`${database.name}, ${place}`)

  const signerSocket = await startSignerRole(stack, { config, env, terminal })
  const chains = await startChains(stack, config, terminal)
  const parts = { config, db: database.db, masterKey: data.masterKey, signerSocket }
  const ctx = buildContext({ ...parts, realChains: chains.real, localNodes: chains.local })
  stack.use(ctx.ledger)
  stack.use(await startTracing(ctx))
  const ops = makeOps(ctx, database.db)
  const opsUrl = stack.use(await startOps(ctx, ops)).url
  if (isOwner && config.roles.includes('signer')) await checkSigner(ctx)
  const url = await startRoles(stack, { ctx, ops, terminal })
  const hasSandbox = config.sandbox === 'on' && url !== undefined
  const sandbox = hasSandbox ? await openSandbox(ctx, url) : undefined
  return { ctx, url, opsUrl, localNodeUrl: chains.localUrl, sandbox }
}

/** Port 0 is settled before anything tells payers where this server is. */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0 || !config.roles.includes('api')) return config
  return { ...config, port: await freePort() }
}

async function startSignerRole(
  stack: AsyncDisposableStack,
  { config, env, terminal }: Readonly<{ config: Config; env: Environment; terminal: Terminal }>,
): Promise<string> {
  const options = { dataDirectory: config.dataDirectory, env }
  if (!config.roles.includes('signer')) return signerCommand(options).socket
  const step = terminal.step('Signer')
  const signer = stack.use(await startSigner(options))
  step.done(`a process of its own (${signer.pid}), seed ${signer.fingerprint}`)
  return signer.socket
}

async function startChains(
  stack: AsyncDisposableStack,
  config: Config,
  terminal: Terminal,
): Promise<RealChains> {
  const step = terminal.step('Chains')
  const chains = stack.use(await openRealChains(config))
  const names = chains.real.map(
    ({ environment, nodes }) => `${nodes.adapter.chain} (${environment})`,
  )
  const sandbox = 'simulated ones for the sandbox'
  step.done([...names, sandbox].join(', '))
  return chains
}

async function startRoles(
  stack: AsyncDisposableStack,
  { ctx, ops, terminal }: Readonly<{ ctx: PlatformCtx; ops: Ops; terminal: Terminal }>,
): Promise<string | undefined> {
  if (ctx.config.roles.includes('worker')) {
    const step = terminal.step('Worker')
    const { mailers } = stack.use(await openMailers(ctx))
    stack.use(startWorker(ctx, mailers))
    step.done('watches chains, books deposits, sends events')
  }
  if (!ctx.config.roles.includes('api')) return undefined
  const step = terminal.step('API')
  const api = stack.use(
    await startApi(ctx, { routes, events: eventDocuments(), ops, seen: seeRequests(ctx.counts) }),
  )
  step.done(api.url)
  return api.url
}
