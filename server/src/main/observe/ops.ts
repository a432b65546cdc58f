import type { DbPool } from '../../shell/db.ts'
import { versionProblem } from '../../shell/migrate.ts'
import { measureProcess } from '../../shell/telemetry/meters.ts'
import { openTracing } from '../../shell/telemetry/open-tracing.client.ts'
import { createOps, type Ops } from '../../shell/telemetry/ops.ts'
import { startOpsServer } from '../../shell/telemetry/ops-server.ts'
import { createReadiness, type ReadyCheck } from '../../shell/telemetry/readiness.ts'
import type { PlatformCtx } from '../context.ts'
import { createMeasured } from './measured.ts'

/**
 * What this process answers about itself. It is ready when it can do the work of its roles: the API
 * goes on without the signer, which it needs for few things and never for reading.
 *
 * @param pool the database itself, whose statements are no part of anybody's trace
 */
export function makeOps(ctx: PlatformCtx, pool: DbPool): Ops {
  const { config, meters, signer } = ctx
  const measure = createMeasured({ ...ctx, db: pool }, meters)
  measureProcess(meters)
  const database: ReadyCheck = {
    silent: 'the database does not answer',
    problem: () => versionProblem(pool),
  }
  const signing: ReadyCheck = {
    silent: 'the signer does not answer',
    problem: async () => void (await signer.hello()),
  }
  const needsSigner = config.roles.some((one) => one !== 'api')
  return createOps({
    readiness: createReadiness(ctx, needsSigner ? [database, signing] : [database]),
    measured: async () => {
      await measure()
      const { registry } = meters
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    metricsToken: config.metricsToken,
  })
}

/** The listener of its own, where the settings want one. @throws shell.port_taken */
export async function startOps(
  ctx: PlatformCtx,
  ops: Ops,
): Promise<AsyncDisposable & Readonly<{ url: string | undefined }>> {
  const { opsPort: port, host } = ctx.config
  if (port !== undefined) return startOpsServer(ctx, ops, { host, port })
  return { url: undefined, [Symbol.asyncDispose]: async () => undefined }
}

/** Sends traces to the collector of the settings; nothing where there is none. */
export const startTracing = (ctx: PlatformCtx): Promise<AsyncDisposable> =>
  openTracing({ ...ctx, seen: (outcome, count) => ctx.counts.exports.inc({ outcome }, count) })
