import type { Exchange } from './exchange.ts'
import type { BridgeOperations } from './bridge-operations.ts'
import type { Operations as RouteOperations } from './generated/operations.ts'
import { CrytomUsageError } from './errors.ts'
import { listOf, type List } from './list.ts'
import type { ApiRequest, CallOptions, Query } from './request.ts'

/** Every operation of the API, by method and path. */
export type Operations = RouteOperations & BridgeOperations

/** The name of an operation, such as `POST /v1/payouts`. */
export type OperationKey = keyof Operations

/** What an operation's body holds. */
export type BodyOf<Key extends OperationKey> = Operations[Key]['body']

/** What an operation's query holds. */
export type QueryOf<Key extends OperationKey> = Operations[Key]['query']

/** What an operation answers, out of its envelope. */
export type DataOf<Key extends OperationKey> = Operations[Key]['data']

/** The lists among the operations. */
export type ItemOf<Key extends OperationKey> =
  DataOf<Key> extends readonly (infer Item)[] ? Item : never

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [Member in Name]?: undefined }
  : undefined extends Value
    ? { readonly [Member in Name]?: Value }
    : { readonly [Member in Name]: Value }

/** The parts of a request that an operation has. */
export type Parts<Key extends OperationKey> = Part<'params', Operations[Key]['params']> &
  Part<'query', QueryOf<Key>> &
  Part<'body', BodyOf<Key>> &
  Readonly<{ options?: CallOptions | undefined }>

/** Calls operations by their name: the types of what they take and answer follow from it. */
export type Calls = Readonly<{
  call: <Key extends OperationKey>(key: Key, parts: Parts<Key>) => Promise<DataOf<Key>>
  list: <Key extends OperationKey>(key: Key, parts: Parts<Key>) => List<ItemOf<Key>>
}>

type LooseParts = Readonly<{
  params?: Readonly<Record<string, string>> | undefined
  query?: Query | undefined
  body?: unknown
  options?: CallOptions | undefined
}>

/** Calls through an exchange. */
export function createCalls(exchange: Exchange): Calls {
  return {
    call: async <Data>(key: OperationKey, parts: LooseParts) => {
      const answer = await exchange<Data>(requestOf(key, parts))
      return answer.data
    },
    list: <Item>(key: OperationKey, parts: LooseParts) =>
      listOf<Item>((query) => exchange(requestOf(key, { ...parts, query })), parts.query ?? {}),
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** @throws CrytomUsageError parameter_invalid */
function requestOf(key: OperationKey, parts: LooseParts): ApiRequest {
  const [method = '', template = ''] = key.split(' ')
  const { params = {}, query, body, options } = parts
  const path = template.replace(/:(\w+)/g, (_, name: string) => pathText(name, params[name]))
  return { ...options, method: methodOf(method), path, query, body }
}

function methodOf(text: string): ApiRequest['method'] {
  const found = METHODS.find((one) => one === text)
  if (found === undefined) throw new TypeError(`no method ${text}`)
  return found
}

/** An empty id would ask for the list, and dots for another path. */
function pathText(name: string, value: unknown): string {
  if (typeof value === 'string' && !/^\.{0,2}$/.test(value)) return encodeURIComponent(value)
  const message = `${name} must be the text of an id.`
  throw new CrytomUsageError({ code: 'parameter_invalid', message })
}
