import type { JsonObject, JsonValue } from '../../money/json.ts'
import type { Machine } from '../cli/command.ts'
import { cellOf, jsonLine, showRows } from '../cli/show.ts'
import { findServer, type ServerGiven } from './find-server.ts'
import { isObject, objectsIn } from './members.ts'
import { openServer, type Answer, type Server } from './server.client.ts'

type Given = ServerGiven & Readonly<{ json: boolean }>

type Query = Readonly<Record<string, string | undefined>>

/** A list of the API, and how much of it is shown. */
export type Listed = Readonly<{
  path: string
  query?: Query
  columns: readonly string[]
  /** What is said where there is nothing. */
  none: string
  /** Absent: the answer has all of it, and no pages. */
  limit?: number
}>

const PAGE_MAX = 100

/** Shows a list. @returns the exit code; @throws the refusals of `openServer` */
export async function list(machine: Machine, given: Given, listed: Listed): Promise<number> {
  const server = await open(machine, given)
  const { columns, none } = listed
  const { rows, total } = await rowsOf(server, listed)
  showRows(machine.terminal, rows, { json: given.json, columns, none })
  if (total !== undefined && total > rows.length) {
    machine.notes.line(`${rows.length} of ${total}; --limit shows more.`)
  }
  return 0
}

/** Shows what a path answers. @returns the exit code; @throws the refusals of `openServer` */
export async function get(machine: Machine, given: Given, path: string): Promise<number> {
  const server = await open(machine, given)
  show(machine, given, await server.get(path))
  return 0
}

/** A write, and its name, where the same again must not be done twice. */
export type Posted = Readonly<{ path: string; body: object }>

/** Sends a write and shows the answer. @returns the exit code; @throws as `openServer` does */
export async function post(
  machine: Machine,
  given: Given,
  { path, body }: Posted,
): Promise<number> {
  const server = await open(machine, given)
  show(machine, given, await server.post(path, body))
  return 0
}

/** Opens the server that is meant. @throws cli.no_key, cli.key_or_url_unusable */
export const open = async (machine: Machine, given: ServerGiven): Promise<Server> =>
  openServer(await findServer(machine, given), machine.signal)

async function rowsOf(
  server: Server,
  { path, query = {}, limit }: Listed,
): Promise<Readonly<{ rows: readonly JsonObject[]; total: number | undefined }>> {
  if (limit === undefined) {
    const { data } = await server.get(path, query)
    return { rows: objectsIn(data), total: undefined }
  }
  const rows: JsonObject[] = []
  let total: number | undefined
  let cursor: string | undefined
  while (rows.length < limit) {
    const size = Math.min(PAGE_MAX, limit - rows.length)
    const answer: Answer = await server.get(path, { ...query, limit: size, cursor })
    rows.push(...objectsIn(answer.data))
    total ??= answer.total
    cursor = answer.nextCursor
    if (cursor === undefined) break
  }
  return { rows, total }
}

/** Shows an answer: its members, its lists as tables; or JSON. */
export function show(
  { terminal, notes }: Machine,
  { json }: Pick<Given, 'json'>,
  { data, message }: Answer,
): void {
  if (message !== undefined) notes.line(message)
  if (json) return terminal.line(jsonLine(data))
  if (!isObject(data)) return terminal.line(cellOf(data))
  const members = Object.entries(data)
  const lists = members.filter(([, value]) => objectsIn(value).length > 0)
  const plain = members.filter(([, value]) => objectsIn(value).length === 0)
  const width = Math.max(0, ...plain.map(([name]) => name.length))
  for (const [name, value] of plain) terminal.line(`  ${name.padEnd(width)}  ${cellOf(value)}`)
  for (const [name, value] of lists) {
    terminal.heading(`  ${name}`)
    const rows = objectsIn(value)
    showRows(terminal, rows, { json: false, columns: columnsOf(rows), none: '' })
  }
}

/** Members that a table has room for: what is no list and no object itself. */
function columnsOf(rows: readonly JsonObject[]): readonly string[] {
  const isPlain = (value: JsonValue | undefined): boolean =>
    !Array.isArray(value) && !isObject(value)
  const names = new Set(rows.flatMap((row) => Object.keys(row)))
  return [...names].filter((name) => rows.every((row) => isPlain(row[name])))
}
