import { inDbTx, type Db, type DbTx } from '../../src/shell/db.ts'

/** Copies every row, to the byte, into a database that was migrated and is empty. */
export async function copyDatabase(from: Db, to: Db): Promise<void> {
  const tables = await from.query<{ name: string }>(
    `select 'public.' || quote_ident(tablename) as name from pg_tables
     where schemaname = 'public' order by tablename`,
  )
  await inDbTx({ db: to }, async (dbTx) => {
    // Rows come table by table, whatever they refer to.
    await dbTx.script('set local session_replication_role = replica')
    for (const { name } of tables) await copyTable(from, dbTx, name)
  })
}

async function copyTable(from: Db, dbTx: DbTx, table: string): Promise<void> {
  const rows = await from.query<{ row: string }>(`select one::text as row from ${table} one`)
  // What the migrations wrote there is there in the copy as well.
  await dbTx.query(`delete from ${table}`)
  await dbTx.query(
    `insert into ${table} overriding system value
     select (row::${table}).* from unnest($1::text[]) as given (row)`,
    [rows.map((one) => one.row)],
  )
}
