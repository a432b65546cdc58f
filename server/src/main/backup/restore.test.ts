import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  backupWorld,
  cofferWith,
  entriesOf,
  forged,
  jsonOf,
  until,
  type BackupWorld,
} from '../../../test/backup-world.ts'
import { PAYEES } from '../../../test/payout-world.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/test-platform.ts'
import { headSchema, manifestSchema, type Manifest } from './format.ts'

const stack = new AsyncDisposableStack()
let world: BackupWorld
before(async () => {
  world = await backupWorld(stack)
})
after(() => stack.disposeAsync())

const ROWS_BETWEEN = 300_000
const FORGOTTEN = 300

/** Settled by `restore`, and so not what they were. */
const SETTLED = [
  'address_counter',
  'address_pool',
  'derivation_counter',
  'pooled_key',
  'restoration',
  'sending_halt',
]

async function manifestOf(file: string): Promise<Manifest> {
  const entries = await entriesOf(file)
  const head = headSchema.parse(jsonOf(entries, 'backup.json'))
  const manifest = manifestSchema.parse(jsonOf(entries, 'manifest.json'))
  assert.equal(head.tables.length, manifest.tables.length)
  return manifest
}

/** Seen to fail where tables were copied outside of the one snapshot. */
test('a backup that is made while money moves is one moment of the whole database', async () => {
  const { platform, directory, coffer } = world
  const file = join(directory, 'beside.backup')
  // What takes long to copy stands between the entries' lines and their transfers.
  await platform.platform.ctx.db.query(
    `insert into request_count (scope, minute, requests)
     select md5(n::text), 2147483647, n from generate_series(1, $1::int) as n`,
    [ROWS_BETWEEN],
  )
  let isDone = false
  const paying = (async () => {
    while (!isDone) {
      await platform.client.post('/v1/sandbox/funds', { currency: 'BTC', amount: '1' })
    }
  })()
  const made = await coffer(`backup --to ${file} --plain`)
  isDone = true
  await paying
  assert.deepEqual([made.code, made.out], [0, `${file}\n`], made.errors)
  assert.match(made.errors, /The master key and the signer's directory are not in it/)
  const drill = await coffer(`verify-restore --from ${file} --on-server`)
  assert.equal(drill.code, 0, drill.out + drill.errors)
})

test('what is restored is the database to the byte, but for what must not happen twice', async () => {
  const { directory, coffer, emptyDatabase } = world
  const file = join(directory, 'exact.backup')
  assert.equal((await coffer(`backup --to ${file} --plain`)).code, 0)
  const url = await emptyDatabase()
  const own = { DATABASE_URL: url }
  const restored = await coffer(`restore --from ${file}`, own)
  assert.equal(restored.code, 0, restored.errors)
  const again = join(directory, 'again.backup')
  assert.equal((await coffer(`backup --to ${again} --plain`, own)).code, 0)
  const [before, now] = [await manifestOf(file), await manifestOf(again)]
  const rowsOf = ({ tables }: Manifest) => tables.filter(({ name }) => !SETTLED.includes(name))
  assert.deepEqual(rowsOf(now), rowsOf(before))
  assert.ok(before.heads.length > 0)
  assert.deepEqual(now.heads, before.heads)
})

/** Somebody who can write files can write hashes that fit. */
test('the drill names what the ledger and the chains contradict, though every hash fits', async () => {
  const { directory, coffer } = world
  const file = join(directory, 'exact.backup')
  const forgeries = [
    [
      'line',
      (rows: string) => rows.replace(/\t250500000000000000000\t/, '\t250600000000000000000\t'),
    ],
    ['seal', (rows: string) => rows.replace(/(\\\\x)[0-9a-f]{4}([0-9a-f]{60})\n/, '$10000$2\n')],
    ['simulated_transfer', (rows: string) => rows.replace(/\t250500000000000000000\n/, '\t7\n')],
  ] as const
  const expected = {
    line: /^ {2}ledger +(line|account|transfer) \{.*/m,
    seal: /^ {2}ledger +seal \{.*/m,
    simulated_transfer: /^ {2}eip155:56 \(\w+\) +\w+: the books hold [\d.]+ USDT_BSC, the chain/m,
  }
  for (const [table, change] of forgeries) {
    const to = join(directory, `${table}.backup`)
    await forged(file, to, { table, change })
    const drill = await coffer(`verify-restore --from ${to} --on-server`)
    assert.equal(drill.code, 3, drill.out + drill.errors)
    assert.match(drill.out, expected[table])
  }
})

test('a backup is restored into an empty database only', async () => {
  const { directory, coffer } = world
  const file = join(directory, 'exact.backup')
  const refused = await coffer(`restore --from ${file}`)
  assert.equal(refused.code, 1)
  assert.match(refused.errors, /is not empty .*\[backup\.database_not_empty\]/)
})

/**
 * The money of it: an older database has forgotten what was paid and whom it gave addresses to.
 * Seen to fail without the halt (the payout was sent), and without the gap (the same address came
 * out again).
 */
test('a restored platform sends nothing before it is told to, and gives no address twice', async () => {
  const { platform, directory, passphraseFile, coffer, emptyDatabase } = world
  const file = join(directory, 'older.backup')
  const open = `--passphrase-file ${passphraseFile}`
  const made = await coffer(`backup --to ${file} ${open} --with-keystore`)
  assert.equal(made.code, 0, made.errors)
  const wish = { currency: 'USDT', network: 'BSC' }
  const addressFor = async (client: TestPlatform['client'], customer: string): Promise<string> => {
    const { json } = await client.post('/v1/wallets', { customer_id: customer, ...wish })
    return String(Object(json['data']).deposit_address)
  }
  // More than a process takes out of the counter at once.
  const customers = Array.from({ length: FORGOTTEN }, (_, nth) => `f${nth}`)
  const given = await Promise.all(customers.map((one) => addressFor(platform.client, one)))
  const forgotten = new Set(given)
  assert.equal(forgotten.size, FORGOTTEN)

  const url = await emptyDatabase()
  await using restoredStack = new AsyncDisposableStack()
  const {
    client,
    env,
    platform: there,
  } = await startTestPlatform(restoredStack, {
    env: { DATABASE_URL: url },
    prepare: async (dataDirectory) => {
      const line = `restore --from ${file} ${open} --with-keystore`
      const restored = await cofferWith({ DATABASE_URL: url, COFFER_DATA: dataDirectory }, line)
      assert.equal(restored.code, 0, restored.errors)
      assert.match(restored.errors, /signer\/keystore\.json written/)
    },
  })
  const { db } = there.ctx
  for (const one of ['n1', 'n2', 'n3', 'n4']) {
    assert.ok(!forgotten.has(await addressFor(client, one)), 'an address of somebody else')
  }
  const payout = { ...wish, amount: '5', destination_address: PAYEES.evm }
  const { json } = await client.post('/v1/payouts', payout)
  const { payout_id: id } = Object(json['data'])
  const outgoing = async () =>
    (
      await db.query<{ state: string; problem: string | null }>(
        `select state, problem from outgoing where state <> 'final' and kind = 'payout'`,
      )
    )[0]
  await until('it waits', async () => (await outgoing())?.problem?.includes('halted') === true)
  assert.equal((await outgoing())?.state, 'planned')
  assert.match((await cofferWith(env, 'halts')).out, /sending +both .* restored from a backup/)
  assert.equal((await cofferWith(env, 'halts --resume sending')).code, 0)
  await until('it is paid', async () => {
    await client.post('/v1/sandbox/chains/mine', { network: 'BSC', blocks: 3 })
    return Object((await client.get(`/v1/payouts/${id}`)).json['data']).status === 'completed'
  })
  assert.match((await cofferWith(env, 'halts --resume sending')).errors, /sending_not_halted/)
})
