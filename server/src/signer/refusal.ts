import { AppError } from '../errors/app-error.ts'

/** A refusal as it is told to whoever asked. */
export type Refusal = Readonly<{ code: string; message: string }>

/** What a refusal says; absent for a bug, which is to crash. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!isRefusal(error)) return undefined
  const { code, message } = error
  return { code, message }
}

const isRefusal = (error: unknown): error is AppError => error instanceof AppError
