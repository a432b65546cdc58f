import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArchive, writeArchive, type ArchiveEntry } from '../src/main/backup/archive.ts'
import { MANIFEST_ENTRY, manifestSchema, partEntry } from '../src/main/backup/format.ts'
import { databaseOnTheSide } from '../src/main/backup/side-database.ts'
import type { Machine } from '../src/main/cli/command.ts'
import { runCommand } from '../src/main/cli/run-command.ts'
import { commands } from '../src/main/commands.ts'
import { testMachine } from './machine.ts'
import { PAYEES } from './payout-world.ts'
import { startTestPlatform, type TestPlatform } from './test-platform.ts'
import type { V1Client } from './v1-client.ts'

/** What a command came to. */
export type Ended = Readonly<{ code: number; out: string; errors: string }>

/** A platform with money in it, and the commands around its backups. */
export type BackupWorld = Readonly<{
  platform: TestPlatform
  /** A directory that nobody else writes to. */
  directory: string
  passphraseFile: string
  /** Runs `coffer …` with the platform's settings, and others instead of them. */
  coffer: (line: string, env?: Readonly<Record<string, string>>) => Promise<Ended>
  /** A database without a table, on the same server. */
  emptyDatabase: () => Promise<string>
}>

/** The passphrase of these tests. */
export const PASSPHRASE = 'seven words that nobody would think of'

/** Starts the platform and moves money in it. */
export async function backupWorld(stack: AsyncDisposableStack): Promise<BackupWorld> {
  const platform = await startTestPlatform(stack)
  const directory = await mkdtemp(join(tmpdir(), 'coffer-backup-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const passphraseFile = join(directory, 'passphrase')
  await writeFile(passphraseFile, `${PASSPHRASE}\n`)
  await moveMoney(platform.client)
  return {
    platform,
    directory,
    passphraseFile,
    coffer: (line, env = {}) => cofferWith({ ...platform.env, ...env }, line),
    emptyDatabase: async () =>
      stack.use(await databaseOnTheSide(platform.env['DATABASE_URL'] ?? '')).url,
  }
}

/** Runs `coffer …` with these settings, within this process. */
export async function cofferWith(env: Machine['env'], line: string): Promise<Ended> {
  const machine = testMachine(env)
  const code = await runCommand(commands, machine, line.split(' '))
  return { code, out: machine.out(), errors: machine.errors() }
}

/** Deposits at wallets' addresses that are final, and a payout that is paid. */
export async function moveMoney(client: V1Client): Promise<void> {
  const ok = async (path: string, body: object): Promise<unknown> => {
    const { status, json, text } = await client.post(path, body)
    assert.ok(status < 300, `${path}: ${text}`)
    return json['data']
  }
  const of = { currency: 'USDT', network: 'BSC' }
  const wallet = Object(await ok('/v1/wallets', { customer_id: 'c1', ...of }))
  const address = String(wallet.deposit_address)
  await ok('/v1/sandbox/deposits', { address, ...of, amount: '250.5', confirmations: 40 })
  await ok('/v1/sandbox/funds', { ...of, amount: '100' })
  const payout = { ...of, amount: '25', destination_address: PAYEES.evm }
  const { payout_id: id } = Object(await ok('/v1/payouts', payout))
  await until('the payout is paid', async () => {
    await ok('/v1/sandbox/chains/mine', { network: 'BSC', blocks: 3 })
    const { json } = await client.get(`/v1/payouts/${id}`)
    return Object(json['data']).status === 'completed'
  })
  await until('the deposit is credited', async () => {
    const { json } = await client.get(`/v1/wallets/${wallet.id}`)
    return JSON.stringify(json).includes('250.5')
  })
}

const LOOKS_MAX = 4_000

/** Looks until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) if (await isSo()) return
  throw new Error(`never: ${what}`)
}

/** All entries of a backup that is not encrypted. */
export async function entriesOf(file: string): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  for await (const entry of readArchive({ file })) entries.push(entry)
  return entries
}

/** An entry's JSON. */
export function jsonOf(entries: readonly ArchiveEntry[], name: string): Record<string, unknown> {
  const found = entries.find((one) => one.name === name)
  assert.ok(found, name)
  return JSON.parse(Buffer.from(found.bytes).toString('utf8'))
}

/** Writes a backup anew with other rows in one table, and with hashes that fit them. */
export async function forged(
  from: string,
  to: string,
  { table, change }: Readonly<{ table: string; change: (rows: string) => string }>,
): Promise<void> {
  const entries = [...(await entriesOf(from))]
  const place = entries.findIndex((one) => one.name === partEntry(table, 1))
  const entry = entries[place]
  assert.ok(entry, table)
  const bytes = Buffer.from(change(Buffer.from(entry.bytes).toString('utf8')))
  entries[place] = { ...entry, bytes }
  const manifest = manifestSchema.parse(jsonOf(entries, MANIFEST_ENTRY))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const rows = bytes.toString('utf8').split('\n').length - 1
  const sums = manifest.tables.map((one) =>
    one.name === table ? { ...one, rows, sha256, bytes: bytes.length } : one,
  )
  const end = {
    name: MANIFEST_ENTRY,
    bytes: Buffer.from(JSON.stringify({ ...manifest, tables: sums })),
  }
  await writeArchive({ file: to }, ReadableStream.from([...entries.slice(0, -1), end]))
}
