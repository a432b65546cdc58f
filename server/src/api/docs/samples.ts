import type { Placed } from './operation.ts'
import { exampleOf } from './schema.ts'

/** The languages that samples are written in. */
export const LANGUAGES = ['curl', 'node', 'python'] as const

/** One of them. */
export type Language = (typeof LANGUAGES)[number]

/** What they are called. */
export const TITLES = { curl: 'curl', node: 'Node.js', python: 'Python' } as const

/** A request as it goes out: `body` is its exact text, absent for none. */
type Call = Readonly<{ method: string; target: string; body: string | undefined }>

/**
 * One operation's request in each language, whole: with `COFFER_URL` and `COFFER_KEY` in the
 * environment, and an id of yours in place of the one in the path, it runs as it stands, and prints
 * the answer. It needs the language alone, and for the shell curl and OpenSSL.
 */
export const samplesOf = (placed: Placed): Readonly<Record<Language, string>> => {
  const call = callOf(placed)
  return { curl: inShell(call), node: inNode(call), python: inPython(call) }
}

function callOf({ method, path, operation }: Placed): Call {
  const content = operation.requestBody?.content['application/json']
  const body = content === undefined ? undefined : (content.example ?? exampleOf(content.schema))
  return {
    method: method.toUpperCase(),
    target: path + queryOf(operation.parameters),
    body: body === undefined ? undefined : JSON.stringify(body, null, 2),
  }
}

/** Parameters without which the operation says nothing. */
function queryOf(parameters: Placed['operation']['parameters']): string {
  const inQuery = parameters.filter((one) => one['in'] === 'query')
  const needed = inQuery.filter((one) => one['required'] === true)
  const isCurrency = needed.some((one) => one['name'] === 'currency')
  // Most currencies are on several networks, so that one without the other says too little.
  const network = isCurrency ? inQuery.filter((one) => one['name'] === 'network') : []
  const pairs = [...new Set([...needed, ...network])].map((one): [string, string] => {
    const value = exampleOf(one['schema'])
    return [String(one['name']), typeof value === 'string' ? value : JSON.stringify(value)]
  })
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}

const isSigned = ({ method }: Call): boolean => method !== 'GET'

function inShell(call: Call): string {
  const { method, target, body } = call
  const headers = [`-H "Authorization: Bearer $COFFER_KEY"`]
  const before: string[] = []
  if (isSigned(call)) {
    if (body !== undefined) before.push(`body='${body.replaceAll("'", `'\\''`)}'`)
    const text = `\${timestamp}${method}${target}${body === undefined ? '' : '${body}'}`
    before.push(
      'timestamp=$(date +%s%3N)',
      `signature=$(printf '%s' "${text}" |`,
      `  openssl dgst -sha256 -hmac "$COFFER_KEY" | sed 's/.* //')`,
    )
    headers.push('-H "X-Crytom-Timestamp: $timestamp"', '-H "X-Crytom-Signature: $signature"')
  }
  if (method === 'POST') headers.push('-H "Idempotency-Key: $(openssl rand -hex 16)"')
  if (body !== undefined) headers.push('-H "Content-Type: application/json"', '-d "$body"')
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const lines = [`curl -sS${verb} "$COFFER_URL${target}"`, ...headers]
  return [...before, lines.join(' \\\n  ')].join('\n')
}

function inNode(call: Call): string {
  const { method, target, body } = call
  const imports = [
    ...(isSigned(call) || method === 'POST'
      ? [
          `import { ${method === 'POST' ? 'createHmac, randomUUID' : 'createHmac'} } from 'node:crypto'`,
          '',
        ]
      : []),
    'const { COFFER_URL, COFFER_KEY } = process.env',
  ]
  const headers = ['    authorization: `Bearer ${COFFER_KEY}`,']
  const before: string[] = []
  if (body !== undefined) {
    before.push(`const body = JSON.stringify(${body})`)
    headers.push(`    'content-type': 'application/json',`)
  }
  if (isSigned(call)) {
    const text = `timestamp + '${method}${target}'${body === undefined ? '' : ' + body'}`
    before.push(
      'const timestamp = String(Date.now())',
      "const signature = createHmac('sha256', COFFER_KEY)",
      `  .update(${text})`,
      "  .digest('hex')",
    )
    headers.push("    'x-crytom-timestamp': timestamp,", "    'x-crytom-signature': signature,")
  }
  if (method === 'POST') headers.push("    'idempotency-key': randomUUID(),")
  return [
    ...imports,
    ...before,
    `const response = await fetch(COFFER_URL + '${target}', {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    '  headers: {',
    ...headers,
    '  },',
    ...(body === undefined ? [] : ['  body,']),
    '})',
    'console.log(await response.text())',
  ].join('\n')
}

function inPython(call: Call): string {
  const { method, target, body } = call
  const isPost = method === 'POST'
  const modules = [
    ...(isSigned(call) ? ['hashlib', 'hmac'] : []),
    ...['os'],
    ...(isSigned(call) ? ['time'] : []),
    'urllib.error',
    'urllib.request',
    ...(isPost ? ['uuid'] : []),
  ]
  const headers = ["    'Authorization': 'Bearer ' + key,"]
  const before = ["url, key = os.environ['COFFER_URL'], os.environ['COFFER_KEY']"]
  if (body !== undefined) {
    before.push(`body = r'''${body}'''`)
    headers.push("    'Content-Type': 'application/json',")
  }
  if (isSigned(call)) {
    const text = `timestamp + '${method}${target}'${body === undefined ? '' : ' + body'}`
    before.push(
      'timestamp = str(int(time.time() * 1000))',
      `text = ${text}`,
      'signature = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()',
    )
    headers.push("    'X-Crytom-Timestamp': timestamp,", "    'X-Crytom-Signature': signature,")
  }
  if (isPost) headers.push("    'Idempotency-Key': str(uuid.uuid4()),")
  const data = body === undefined ? '' : 'data=body.encode(), '
  return [
    `import ${modules.join(', ')}`,
    '',
    ...before,
    `request = urllib.request.Request(url + '${target}', ${data}method='${method}', headers={`,
    ...headers,
    '})',
    'try:',
    '    print(urllib.request.urlopen(request).read().decode())',
    'except urllib.error.HTTPError as refusal:',
    '    print(refusal.read().decode())',
  ].join('\n')
}
