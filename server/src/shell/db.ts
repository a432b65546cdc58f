import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../errors/app-error.ts'
import { databaseTypes } from './database-types.ts'

declare const transaction: unique symbol

/** Something that answers SQL. Rows come typed as the caller says what the SQL selects. */
export type Queryable = Readonly<{
  /** Rows of a static SQL text (prepared once per connection) with `$1 …` parameters. */
  query: <Row extends object>(sql: string, params?: readonly unknown[]) => Promise<Row[]>
  /** Runs a text of several statements without parameters (a migration). */
  script: (sql: string) => Promise<void>
}>

/** Reads (H11). NUMERIC arrives as bigint, int8 as safe integer, timestamptz as epoch ms. */
export type Db = Queryable &
  AsyncDisposable &
  Readonly<{
    /** Runs `work` on one connection of the pool; for `inDbTx` and the ledger's writer. */
    withConnection: <T>(work: (connection: Queryable) => Promise<T>) => Promise<T>
  }>

/** A database with its pool. */
export type DbPool = Db &
  Readonly<{
    /** How many connections are open, how many of them idle, and how many calls wait for one. */
    connections: () => Readonly<{ open: number; idle: number; waiting: number }>
  }>

/** Writes (H11): only `inDbTx` makes one. */
export type DbTx = Queryable & { readonly [transaction]: true }

const STATEMENT_NAMES_MAX = 2_000
const TX_TRIES_MAX = 8

/** How a pool is opened. */
export type DbOptions = Readonly<{
  /** 10 by default. */
  connectionsMax?: number
  /**
   * Throw when a call that holds a connection asks for a second one: when all of a pool do so, they
   * wait for each other for ever. For tests, where the pool is seldom full.
   */
  refuseSecond?: true
}>

/** Opens a pool on the database at `url`. Nothing is connected before the first query. */
export function openDb(url: string, options: DbOptions = {}): DbPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionsMax ?? 10,
    types: databaseTypes,
    // Prepared statements keep one plan: planning anew each time costs the ledger a quarter. A plan
    // that was made while a table was empty must still be good when it is not: by key, not by scan.
    // A transaction whose process went silent must not keep its locks from everybody else.
    options: [
      '-c plan_cache_mode=force_generic_plan',
      '-c enable_seqscan=off',
      '-c timezone=UTC',
      '-c idle_in_transaction_session_timeout=60000',
    ].join(' '),
  })
  // An idle connection that breaks (server restart) is replaced by the pool at the next query.
  pool.on('error', () => undefined)
  const names = new Map<string, string>()
  const holding = new AsyncLocalStorage<true>()
  const refuseSecond = (): void => {
    if (options.refuseSecond === undefined || holding.getStore() === undefined) return
    throw new Error('who holds a connection asks for a second one')
  }
  const on = (client: pg.Pool | pg.PoolClient): Queryable => ({
    query: async <Row extends object>(sql: string, params: readonly unknown[] = []) => {
      const name = statementName(names, sql)
      const config = name === undefined ? { text: sql } : { text: sql, name }
      const result = await client.query<Row>({ ...config, values: [...params] })
      return result.rows
    },
    script: async (sql) => {
      const { command } = await client.query(sql)
      // After an error that somebody swallowed, PostgreSQL rolls back and calls that no error.
      if (sql === 'commit' && command !== 'COMMIT') throw new Error('nothing was committed')
    },
  })
  const onPool = on(pool)
  return {
    query: async (sql, params) => {
      refuseSecond()
      return onPool.query(sql, params)
    },
    script: onPool.script,
    withConnection: async (work) => {
      refuseSecond()
      const client = await pool.connect()
      // What breaks between two queries is met by the next one; unheard, it would end the process.
      const hear = (): void => undefined
      client.on('error', hear)
      let broken: Error | undefined
      try {
        const own = inTurn(on(client))
        return await (options.refuseSecond ? holding.run(true, () => work(own)) : work(own))
      } catch (error) {
        broken = connectionIsBroken(error)
          ? new Error('connection lost', { cause: error })
          : undefined
        throw error
      } finally {
        client.off('error', hear)
        client.release(broken)
      }
    },
    connections: () => connectionsOf(pool),
    [Symbol.asyncDispose]: async () => {
      await pool.end()
    },
  }
}

const connectionsOf = (pool: pg.Pool): ReturnType<DbPool['connections']> => ({
  open: pool.totalCount,
  idle: pool.idleCount,
  waiting: pool.waitingCount,
})

/** Works that share a dbTx may ask at the same moment; a connection hears one after the other. */
function inTurn({ query, script }: Queryable): Queryable {
  let last = Promise.resolve()
  const turn = async <T>(ask: () => Promise<T>): Promise<T> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    try {
      return await ask()
    } finally {
      resolve()
    }
  }
  return {
    // Awaited here, so that the stack of an error names who asked.
    query: async (sql, params) => await turn(() => query(sql, params)),
    script: async (sql) => await turn(() => script(sql)),
  }
}

function statementName(names: Map<string, string>, sql: string): string | undefined {
  const known = names.get(sql)
  if (known !== undefined) return known
  if (names.size >= STATEMENT_NAMES_MAX) return undefined
  const name = `s${names.size}`
  names.set(sql, name)
  return name
}

/**
 * Runs `work` in one database transaction and commits it; any throw rolls all of it back.
 * Serialization failures and deadlocks (40001, 40P01) are tried again here and nowhere else,
 * so `work` may run several times and must not have effects outside the transaction.
 */
export async function inDbTx<T>(
  ctx: Readonly<{ db: Db }>,
  work: (dbTx: DbTx) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.db.withConnection((connection) => transact(connection, work))
    } catch (error) {
      if (!isRetryable(error) || attempt >= TX_TRIES_MAX) throw error
      await delay(attempt * attempt)
    }
  }
}

async function transact<T>(connection: Queryable, work: (dbTx: DbTx) => Promise<T>): Promise<T> {
  const { dbTx, close } = closable(connection)
  await connection.script('begin')
  try {
    const result = await work(dbTx as DbTx)
    close()
    await connection.script('commit')
    return result
  } catch (error) {
    close()
    // The connection may be gone; the first error is the one that matters.
    await connection.script('rollback').catch(() => undefined)
    throw error
  }
}

/**
 * When one of several works in a dbTx fails, the others go on for a while: what they ask for after
 * its end would stand outside of it, or in that of whoever has the connection next.
 */
function closable({ query, script }: Queryable): Readonly<{ dbTx: Queryable; close: () => void }> {
  let isClosed = false
  const mustBeOpen = (): void => {
    if (isClosed) throw new Error('its dbTx has ended')
  }
  return {
    dbTx: {
      query: async (sql, params) => {
        mustBeOpen()
        return await query(sql, params)
      },
      script: async (sql) => {
        mustBeOpen()
        await script(sql)
      },
    },
    close: () => void (isClosed = true),
  }
}

/** The SQLSTATE of a database error, such as `23505` for a unique violation. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

/** The constraint that a database error names, where it names one. */
export function sqlConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined
}

const isRetryable = (error: unknown): boolean => ['40001', '40P01'].includes(sqlState(error) ?? '')

function connectionIsBroken(error: unknown): boolean {
  if (error instanceof AppError) return false
  const state = sqlState(error)
  return state === undefined || state.startsWith('08') || state.startsWith('57P')
}
