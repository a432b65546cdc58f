/** When sending the same request again can help: never, later, or after it was changed. */
export type Retry = 'never' | 'later' | 'changed'

/** One refusal: its HTTP status, its retry advice and the sentence that explains it. */
export type Definition<Context> = Readonly<{
  status: number
  retry: Retry
  say: (context: Context) => string
}>

/** Declares a refusal; the context that a thrower must give is read off the sentence. */
export const define = <Context = Readonly<Record<never, never>>>(
  definition: Definition<Context>,
): Definition<Context> => definition
