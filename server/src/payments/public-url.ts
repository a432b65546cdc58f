import type { Config } from '../shell/config.ts'

/** Where payers and merchants reach this server, without a slash at the end. */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  if (config.publicUrl !== '') return config.publicUrl.replace(/\/+$/, '')
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  return `http://${host}:${config.port}`
}
