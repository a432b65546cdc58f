import { isoTime } from '../../events/event.ts'
import { foundOrganization, listOrganizations } from '../../tenancy/found-organization.action.ts'
import { webhookSecrets } from '../../tenancy/webhook-secret.action.ts'
import type { Machine } from '../cli/command.ts'
import { showOne, showRows } from '../cli/show.ts'
import type { FoundGiven, ListGiven } from '../commands/keys.ts'
import { openLocally, type LocalCtx } from '../open-locally.ts'

type Out = Pick<Machine, 'terminal' | 'notes'>

/** `coffer organizations create`. @returns the exit code; @throws tenancy.owner_known */
export async function organizationsCreate(machine: Machine, given: FoundGiven): Promise<number> {
  await using local = await openLocally(machine.env)
  return await found(local.ctx, machine, given)
}

/** The same on a database that is open. */
export async function found(ctx: LocalCtx, out: Out, given: FoundGiven): Promise<number> {
  const { name, owner, json } = given
  const { organization, password } = await foundOrganization(ctx, { name, email: owner })
  const { orgId, live, test } = organization
  const now = ctx.clock.now()
  const [liveSecret] = await webhookSecrets(ctx, ctx.db, { bookId: live.bookId, now })
  const [testSecret] = await webhookSecrets(ctx, ctx.db, { bookId: test.bookId, now })
  const shown = { id: orgId, name, owner, password }
  const secrets = { webhook_secret_live: liveSecret, webhook_secret_test: testSecret }
  showOne(out.terminal, { ...shown, ...secrets }, { json })
  out.notes.line('The password is shown this once. Next, a key:')
  out.notes.line(`coffer keys create --organization ${orgId} --environment live --name "…"`)
  return 0
}

/** `coffer organizations list`. @returns the exit code */
export async function organizationsList(
  { terminal, env }: Machine,
  { json }: ListGiven,
): Promise<number> {
  await using local = await openLocally(env)
  const rows = (await listOrganizations(local.ctx.db)).map((one) => ({
    id: one.orgId,
    name: one.name,
    created_at: isoTime(one.createdAt),
  }))
  const columns = ['id', 'name', 'created_at']
  showRows(terminal, rows, { json, columns, none: 'There is no organization.' })
  return 0
}
