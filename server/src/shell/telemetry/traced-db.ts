import type { Db, Queryable } from '../db.ts'
import { inSpan, isTraced, type Named } from './tracing.ts'

/**
 * The same database; each statement of traced work is a part of its trace. What a span says of a
 * statement is its verb and its table: no text of it, and no parameter.
 */
export function tracedDb<Some extends Db>(db: Some): Some {
  const names = new Map<string, Named>()
  const on = ({ query, script }: Queryable): Queryable => ({
    query: <Row extends object>(sql: string, params?: readonly unknown[]) =>
      isTraced()
        ? inSpan(nameOf(names, sql), () => query<Row>(sql, params))
        : query<Row>(sql, params),
    script: (sql) => (isTraced() ? inSpan(nameOf(names, sql), () => script(sql)) : script(sql)),
  })
  return {
    ...db,
    ...on(db),
    withConnection: (work) => db.withConnection((connection) => work(on(connection))),
  }
}

/** The statements of the product are a fixed number of texts. */
const NAMES_MAX = 2_000

function nameOf(names: Map<string, Named>, sql: string): Named {
  const known = names.get(sql)
  if (known !== undefined) return known
  const { operation, table } = summaryOf(sql)
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table === undefined ? {} : { 'db.collection.name': table }),
  }
  const name = table === undefined ? operation : `${operation} ${table}`
  const named: Named = { name, kind: 'client', attributes }
  if (names.size < NAMES_MAX) names.set(sql, named)
  return named
}

/** What a statement does, and to which table: the first that it changes, else the first it reads. */
export function summaryOf(sql: string): Readonly<{ operation: string; table: string | undefined }> {
  const change = /\b(insert\s+into|(?<!\b(?:for|key|do)\s+)update|delete\s+from)\s+([a-z_]+)/i.exec(
    sql,
  )
  if (change !== null) {
    const [, verb = '', table] = change
    return { operation: verb.split(/\s/)[0]?.toLowerCase() ?? verb, table }
  }
  const operation = /^\s*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase() ?? 'other'
  const isRead = operation === 'select' || operation === 'with'
  const table = isRead ? /\bfrom\s+(?!unnest\b)([a-z_]+)/i.exec(sql)?.[1] : undefined
  return { operation: isRead ? 'select' : operation, table }
}
