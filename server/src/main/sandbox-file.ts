import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ensureXpubs } from '../custody/ensure-xpubs.action.ts'
import type { Organization } from '../tenancy/create-organization.action.ts'
import { seedSandbox, type SandboxAccess } from '../tenancy/seed-sandbox.action.ts'
import type { PlatformCtx } from './context.ts'

/** The sandbox of this installation: where its access is written, and what it is. */
export type Sandbox = Readonly<{
  file: string
  url: string
  access: SandboxAccess
  organization: Organization
}>

const Access = z.object({
  secret_key: z.string(),
  approver_keys: z.array(z.string()).max(10).default([]),
  webhook_secret: z.string(),
  console: z.object({ email: z.string(), password: z.string() }),
})

/** Makes the sandbox ready and writes `sandbox.json`, from which a script can go on. */
export async function openSandbox(ctx: PlatformCtx, url: string): Promise<Sandbox> {
  const file = join(ctx.config.dataDirectory, 'sandbox.json')
  const { organization, access } = await seedSandbox(ctx, await readAccess(file))
  await ensureXpubs(ctx, organization.test)
  const draft = `${file}.${process.pid}`
  await writeFile(draft, `${JSON.stringify({ url, ...access }, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, file)
  return { file, url, access, organization }
}

/** What an earlier start wrote; a file that is gone or broken counts as none. */
async function readAccess(file: string): Promise<SandboxAccess | undefined> {
  try {
    const parsed = Access.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
