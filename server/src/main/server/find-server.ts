import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { settings } from '../../shell/config.ts'
import { readSetting } from '../../shell/setting.ts'
import type { Machine } from '../cli/command.ts'
import { option } from '../cli/parameter.ts'

/** The options of every command that speaks to a server; spread them into what it is given. */
export const serverOptions = {
  url: option(z.string().optional(), {
    doc: 'where the server is; otherwise COFFER_URL, or the sandbox of this directory',
  }),
  key: option(z.string().optional(), {
    doc: 'the API key; better in COFFER_KEY, where nobody sees it in the list of processes',
    value: 'SECRET',
  }),
}

/** What was given of them. */
export type ServerGiven = Readonly<{ url?: string | undefined; key?: string | undefined }>

/** Where a server is and how it is spoken to. */
export type ServerPlace = Readonly<{
  url: string
  key: string
  /** The account's secret of webhooks, where the sandbox of this directory tells it. */
  webhookSecret: string | undefined
}>

const SandboxFile = z.object({
  url: z.string(),
  secret_key: z.string(),
  webhook_secret: z.string(),
})

/**
 * Where the server is: as given, else as the environment says, else the sandbox that was started
 * in this directory.
 *
 * @throws cli.no_key
 */
export async function findServer(
  { env }: Pick<Machine, 'env'>,
  given: ServerGiven,
): Promise<ServerPlace> {
  const file = join(readSetting(settings.dataDirectory, env), 'sandbox.json')
  const sandbox = await readSandbox(file)
  const key = given.key ?? textOf(env['COFFER_KEY']) ?? sandbox?.secret_key
  if (key === undefined) throw new AppError('cli.no_key', { file })
  const url = given.url ?? textOf(env['COFFER_URL']) ?? sandbox?.url ?? LOCAL_URL
  const isSandbox = key === sandbox?.secret_key
  return { url, key, webhookSecret: isSandbox ? sandbox.webhook_secret : undefined }
}

const LOCAL_URL = 'http://127.0.0.1:4000'

const textOf = (value: string | undefined): string | undefined => (value === '' ? undefined : value)

/** What `coffer up` wrote; a file that is not there or broken counts as none. */
async function readSandbox(file: string) {
  try {
    return SandboxFile.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
