import { resolve } from 'node:path'
import { z } from 'zod'
import { readSmtpUrl } from './mail/smtp-url.ts'
import { readSetting, setting, type Setting } from './setting.ts'
import { telemetrySettings } from './telemetry/telemetry-settings.ts'

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'a whole number is expected')
    .transform(Number)
    .pipe(z.number().min(min).max(max))

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

/** Every setting of the server. `docs/configuration.md` is generated from this list. */
export const settings = {
  port: setting({
    env: 'PORT',
    doc: 'TCP port of the API. 0 takes a free one.',
    schema: integer(0, 65_535),
    fallback: '4000',
  }),
  host: setting({
    env: 'HOST',
    doc: 'Address the API listens on. Anything but loopback needs a proxy in front that ends TLS.',
    schema: z.string(),
    fallback: '127.0.0.1',
  }),
  publicUrl: setting({
    env: 'COFFER_PUBLIC_URL',
    doc: 'The URL at which payers and merchants reach this server; absent: the listening address.',
    schema: z.string(),
    fallback: '',
  }),
  dataDirectory: setting({
    env: 'COFFER_DATA',
    doc: 'Directory of keys, the embedded database and `sandbox.json`.',
    schema: z.string().transform((path) => resolve(path)),
    fallback: './.coffer',
  }),
  databaseUrl: setting({
    env: 'DATABASE_URL',
    doc: 'PostgreSQL to use, as `postgres://…`; absent: the embedded one in `COFFER_DATA`.',
    schema: z.string(),
    fallback: '',
    secret: true,
  }),
  databaseConnections: setting({
    env: 'COFFER_DB_CONNECTIONS',
    doc: 'Most database connections that one process opens.',
    schema: integer(2, 500),
    fallback: '20',
  }),
  logLevel: setting({
    env: 'LOG_LEVEL',
    doc: 'Least level that is logged: `debug`, `info`, `warn`, `error` or `silent`.',
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    fallback: 'warn',
  }),
  trustedProxies: setting({
    env: 'COFFER_TRUSTED_PROXIES',
    doc: 'Comma-separated addresses or CIDR ranges whose `X-Forwarded-For` and `X-Forwarded-Proto` count.',
    schema: list,
    fallback: '',
  }),
  masterKey: setting({
    env: 'COFFER_MASTER_KEY',
    doc: '32 bytes as 64 hex digits that seal secrets at rest; absent: made once in `COFFER_DATA/master.key`.',
    schema: z.string().regex(/^([0-9a-fA-F]{64})?$/, '64 hex digits are expected'),
    fallback: '',
    secret: true,
  }),
  rateLimitPerMinute: setting({
    env: 'COFFER_RATE_LIMIT',
    doc: 'Requests a minute that one API key, and one address, may make.',
    schema: integer(1, 100_000_000),
    fallback: '6000',
  }),
  roles: setting({
    env: 'COFFER_ROLES',
    doc: 'Comma-separated roles of this process: `api`, `worker`, `signer`. Several processes share one database.',
    schema: list.pipe(z.array(z.enum(['api', 'worker', 'signer'])).min(1)),
    fallback: 'api,worker,signer',
  }),
  sandbox: setting({
    env: 'COFFER_SANDBOX',
    doc: '`on` makes an organization with a test key at the first start and writes `sandbox.json`.',
    schema: z.enum(['on', 'off']),
    fallback: 'on',
  }),
  localNode: setting({
    env: 'COFFER_LOCAL_NODE',
    doc: '`on` runs a real EVM node (anvil) with a test dollar beside the sandbox, as network `Anvil`.',
    schema: z.enum(['on', 'off']),
    fallback: 'on',
  }),
  smtpUrl: setting({
    env: 'COFFER_SMTP_URL',
    doc: 'Mail server for live mail, `smtps://user:password@host:465` or `smtp://…:587` (STARTTLS, never without); `?allow=self_signed` takes any certificate, `?allow=plain` sends without TLS. Absent: no mail, and live payouts that need a mailed code are refused.',
    schema: z
      .string()
      .refine(
        (text) => text === '' || readSmtpUrl(text) !== undefined,
        'smtp://… or smtps://… is expected',
      ),
    fallback: '',
    secret: true,
  }),
  mailFrom: setting({
    env: 'COFFER_MAIL_FROM',
    doc: 'Sender of mail, such as `Coffer <coffer@example.com>`.',
    schema: z.string().regex(/^[^\r\n]*@[^\r\n]*$/, 'an e-mail address is expected'),
    fallback: 'Coffer <coffer@localhost>',
  }),
  webhookDisableAfterDays: setting({
    env: 'COFFER_WEBHOOK_DISABLE_AFTER_DAYS',
    doc: 'A webhook endpoint that acknowledged nothing for so many days, from 1 to 365, is disabled; its owner is warned before, and told.',
    schema: integer(1, 365),
    fallback: '5',
  }),
  rateSources: setting({
    env: 'COFFER_RATE_SOURCES',
    doc: 'Comma-separated exchanges whose public tickers make the rates of live books, two of them at least: `kraken`, `coinbase`, `bitstamp`, `binance`; or `off`. `docs/rates.md` tells more.',
    schema: list
      .transform((names) => (names.join() === 'off' ? [] : [...new Set(names)]))
      .pipe(z.array(z.enum(['kraken', 'coinbase', 'bitstamp', 'binance'])))
      .refine(
        (names) => names.length !== 1,
        'one source makes no rate: name two or more, or `off`',
      ),
    fallback: 'kraken,coinbase,bitstamp,binance',
  }),
  chains: setting({
    env: 'COFFER_CHAINS',
    doc: 'JSON list of real chain nodes, as `docs/chains.md` describes it; the sandbox simulates the rest.',
    schema: z.string(),
    fallback: '[]',
  }),
  ...telemetrySettings,
}

const given = { schema: z.string(), fallback: '', secret: true } as const

/**
 * Settings that the signer alone reads, in its own process: no other one may hold what opens the
 * keystore. `docs/configuration.md` lists them too.
 */
export const signerSettings = {
  key: setting({
    ...given,
    env: 'COFFER_SIGNER_KEY',
    doc: '32 bytes as 64 hex digits that seal the keystore; absent: made once in a file beside it.',
  }),
  keyFile: setting({
    ...given,
    env: 'COFFER_SIGNER_KEY_FILE',
    doc: 'Path of the file with that key, such as one on a disk that only the signer mounts.',
  }),
  keyFd: setting({
    ...given,
    env: 'COFFER_SIGNER_KEY_FD',
    doc: 'File descriptor that gives that key; handed on to the signer and read by nobody else.',
  }),
  passphraseFd: setting({
    ...given,
    env: 'COFFER_SIGNER_PASSPHRASE_FD',
    doc: 'File descriptor that gives a passphrase in place of a key: one line, stretched by Argon2id.',
  }),
  socketDirectory: setting({
    env: 'COFFER_SIGNER_SOCKET_DIRECTORY',
    doc: "Directory of the signer's socket, for the signer and for those who ask it, where they share no data directory; absent: beside the keystore.",
    schema: z.string(),
    fallback: '',
  }),
}

type Values<Declared> = {
  readonly [Key in keyof Declared]: Declared[Key] extends Setting<infer Value> ? Value : never
}

/** The settings' values of one process. */
export type Config = Values<typeof settings>

/** Reads every setting. @throws shell.setting_invalid naming the first that is not usable */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return {
    port: readSetting(settings.port, env),
    host: readSetting(settings.host, env),
    publicUrl: readSetting(settings.publicUrl, env),
    dataDirectory: readSetting(settings.dataDirectory, env),
    databaseUrl: readSetting(settings.databaseUrl, env),
    databaseConnections: readSetting(settings.databaseConnections, env),
    logLevel: readSetting(settings.logLevel, env),
    trustedProxies: readSetting(settings.trustedProxies, env),
    masterKey: readSetting(settings.masterKey, env),
    rateLimitPerMinute: readSetting(settings.rateLimitPerMinute, env),
    roles: readSetting(settings.roles, env),
    sandbox: readSetting(settings.sandbox, env),
    localNode: readSetting(settings.localNode, env),
    smtpUrl: readSetting(settings.smtpUrl, env),
    mailFrom: readSetting(settings.mailFrom, env),
    webhookDisableAfterDays: readSetting(settings.webhookDisableAfterDays, env),
    rateSources: readSetting(settings.rateSources, env),
    chains: readSetting(settings.chains, env),
    opsPort: readSetting(settings.opsPort, env),
    metricsToken: readSetting(settings.metricsToken, env),
    otlpEndpoint: readSetting(settings.otlpEndpoint, env),
    otlpHeaders: readSetting(settings.otlpHeaders, env),
    serviceName: readSetting(settings.serviceName, env),
    traceShare: readSetting(settings.traceShare, env),
  }
}
