import type { Readable, Writable } from 'node:stream'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { databaseTypes } from './database-types.ts'
import type { Db } from './db.ts'

/**
 * One connection that also moves whole tables as streams of COPY. `inDbTx` works on it, so that
 * what is copied is of that transaction.
 */
export type Copying = Db &
  Readonly<{
    /** Rows as text: one line each, as `COPY … TO STDOUT` writes them. */
    copyOut: (sql: string) => Readable & Readonly<{ rowCount: number }>
    /** Takes such lines; `finish` says that the database has them. */
    copyIn: (sql: string) => Writable & Readonly<{ rowCount: number }>
    /**
     * Ends the connection at once, and with it the transaction: in the middle of a COPY the server
     * would not hear a rollback, and whoever asked for one would wait for ever.
     */
    abandon: () => void
  }>

/** How values are written as text, on whichever server: what one writes another one reads. */
const SETTINGS = [
  '-c timezone=UTC',
  '-c datestyle=ISO',
  '-c intervalstyle=postgres',
  '-c extra_float_digits=1',
  '-c bytea_output=hex',
  // It takes as long as it takes, also where the server has limits for requests.
  '-c statement_timeout=0',
  '-c idle_in_transaction_session_timeout=0',
].join(' ')

/** Opens the connection. */
export async function openCopying(url: string): Promise<Copying> {
  const client = new pg.Client({
    connectionString: url,
    options: SETTINGS,
    types: databaseTypes,
    application_name: 'coffer copying',
  })
  // What breaks between two questions is met by the next one; unheard, it would end the process.
  client.on('error', () => undefined)
  await client.connect()
  const query: Copying['query'] = async <Row extends object>(
    sql: string,
    params: readonly unknown[] = [],
  ) => (await client.query<Row>({ text: sql, values: [...params] })).rows
  const script = async (sql: string): Promise<void> => void (await client.query(sql))
  return {
    query,
    script,
    withConnection: (work) => work({ query, script }),
    copyOut: (sql) => client.query(copyTo(sql)),
    copyIn: (sql) => client.query(copyFrom(sql)),
    abandon: () => void client.connection.stream.destroy(),
    [Symbol.asyncDispose]: () => client.end(),
  }
}
