import type { ShellCtx } from '../shell/context.ts'
import { beginOwnerTotp, confirmOwnerTotp } from '../tenancy/enrol-owner.action.ts'
import type { Machine } from './cli/command.ts'
import type { TotpGiven } from './commands/platform.ts'
import { openLocally } from './open-locally.ts'
import type { Terminal } from './terminal.ts'

/**
 * `coffer totp`: enrols the authenticator whose codes stand in for those that are mailed. Without a
 * code it begins, with one it confirms. Only who holds the data directory can: a key of the API
 * must not enrol what its payouts are verified by.
 *
 * @returns the exit code
 * @throws tenancy.owner_unknown, tenancy.totp_code_wrong
 */
export async function totp({ terminal, env }: Machine, given: TotpGiven): Promise<number> {
  await using local = await openLocally(env)
  return await enrol(local.ctx, terminal, given)
}

/** The same on a database that is open. */
export async function enrol(
  ctx: Pick<ShellCtx, 'db' | 'clock' | 'sealer'>,
  terminal: Pick<Terminal, 'line'>,
  { email, environment, code }: TotpGiven,
): Promise<number> {
  if (code !== undefined) {
    await confirmOwnerTotp(ctx, { email, environment }, code)
    terminal.line(`Its codes verify payouts of the ${environment} book from now on.`)
    return 0
  }
  terminal.line(await beginOwnerTotp(ctx, { email, environment }))
  terminal.line(
    'Put this into the authenticator, then run the same again with --code and its code.',
  )
  return 0
}
