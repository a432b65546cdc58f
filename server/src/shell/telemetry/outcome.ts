import { AppError } from '../../errors/app-error.ts'

/** What a metric or a span may say of an error: its code or its class, never its sentence. */
export function errorWord(error: unknown): string {
  if (error instanceof AppError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
