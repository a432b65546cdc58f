/** What the node answers instead of a result; the codes are those of the real one. */
export class RpcRefusal extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** The request is not one that the method takes. */
export const invalidParameters = (problem: string): RpcRefusal =>
  new RpcRefusal(-32602, `Invalid params: ${problem}`)
