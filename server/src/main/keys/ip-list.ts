import { bookOf } from '../../tenancy/found-organization.action.ts'
import {
  addToIpList,
  readIpList,
  removeFromIpList,
  switchIpList,
} from '../../tenancy/ip-list.action.ts'
import { readRange } from '../../tenancy/ip-range.ts'
import type { Machine } from '../cli/command.ts'
import { jsonLine } from '../cli/show.ts'
import type { KeysIpsGiven } from '../commands/keys.ts'
import { openLocally, type LocalCtx } from '../open-locally.ts'

/**
 * `coffer keys ips`: changes the list as asked, and shows it.
 *
 * @returns the exit code
 * @throws tenancy.organization_unknown, tenancy.ip_range_invalid
 */
export async function keysIps(machine: Machine, given: KeysIpsGiven): Promise<number> {
  await using local = await openLocally(machine.env)
  return await changeIps(local.ctx, machine, given)
}

/** The same on a database that is open. Nothing is changed when one range makes no sense. */
export async function changeIps(
  ctx: LocalCtx,
  { terminal, notes }: Pick<Machine, 'terminal' | 'notes'>,
  given: KeysIpsGiven,
): Promise<number> {
  const { organization: orgId, environment, add, remove } = given
  const { bookId } = await bookOf(ctx.db, { orgId, environment })
  for (const text of [...add, ...remove]) readRange(text)
  for (const text of add) await addToIpList(ctx, bookId, text)
  for (const text of remove) await removeFromIpList(ctx, bookId, text)
  if (given.switch !== undefined) await switchIpList(ctx, bookId, given.switch)
  const { enabled, ranges } = await readIpList(ctx, bookId)
  if (given.json) terminal.line(jsonLine({ enabled, ranges }))
  else for (const range of ranges) terminal.line(range)
  if (!enabled) notes.line('The list is off: every address may use the keys.')
  else if (ranges.length === 0) notes.line('The list is on and empty: nobody gets in.')
  return 0
}
