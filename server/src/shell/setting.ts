import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** One setting: declared once, with its documentation, its schema and its default. */
export type Setting<Value> = Readonly<{
  env: string
  doc: string
  /** Reads the text of the environment variable. */
  schema: z.ZodType<Value, string>
  /** The text that counts when the variable is absent or empty. */
  fallback: string
  /** Never printed, not even in errors. */
  secret?: true
}>

/** Declares a setting. */
export const setting = <Value>(declaration: Setting<Value>): Setting<Value> => declaration

/**
 * The value of a setting in `env`. A secret may lie in a file instead, which `…_FILE` names: the
 * environment of a process is read more easily than a file.
 *
 * @throws shell.setting_invalid
 */
export function readSetting<Value>(
  declared: Setting<Value>,
  env: Readonly<Record<string, string | undefined>>,
): Value {
  const given = env[declared.env] ?? (declared.secret ? inFile(declared.env, env) : undefined)
  const text = given === undefined || given === '' ? declared.fallback : given
  const parsed = declared.schema.safeParse(text)
  if (parsed.success) return parsed.data
  const problem = parsed.error.issues.map((issue) => issue.message).join('; ')
  throw new AppError('shell.setting_invalid', { env: declared.env, problem })
}

function inFile(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const file = env[`${name}_FILE`]
  if (file === undefined || file === '') return undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('shell.setting_invalid', { env: `${name}_FILE`, problem }, { cause })
  }
}
