import type { OpenApi, OpenApiResponse, Operation } from '../openapi.ts'
import { escapeHtml, renderInline, renderMarkdown } from './markdown.ts'
import { LANGUAGES, samplesOf } from './samples.ts'
import { exampleOf, fieldsOf, typeOf, type Field } from './schema.ts'

/** An operation with where it is. */
export type Placed = Readonly<{ method: string; path: string; operation: Operation }>

/** Every operation of a document, in its order. */
export const operationsOf = (document: OpenApi): readonly Placed[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  )

/** One operation as a section of the page: in words at the left, in examples at the right. */
export function renderOperation({ method, path, operation }: Placed): string {
  const { summary, description, requestBody } = operation
  const body = requestBody?.content['application/json']
  const answers = Object.entries(operation.responses)
  const success = answers.filter(([status]) => status.startsWith('2'))
  const refusals = answers.filter(([status]) => !status.startsWith('2'))
  return `<section class="operation" id="${operation.operationId}">
<div class="words">
<h3><a href="#${operation.operationId}">${escapeHtml(summary)}</a></h3>
<p class="path">${badge(method)} <code>${renderPath(path)}</code></p>
${description === undefined ? '' : renderMarkdown(description, 2)}
${renderFields('In the URL', parametersOf(operation))}
${renderFields('Body', fieldsOf(body?.schema))}
${success.map(([status, one]) => renderFields(`Answer ${status}`, dataFields(one))).join('\n')}
<details class="errors"><summary>Errors</summary>
${refusals.map(([status, one]) => renderRefusals(status, one)).join('\n')}
</details>
</div>
<div class="examples">
${renderSamples({ method, path, operation })}
${success.map(([status, one]) => renderAnswer(status, one)).join('\n')}
</div>
</section>`
}

/** `<span class="method post">POST</span>` */
export const badge = (method: string): string =>
  `<span class="method ${method}">${method.toUpperCase()}</span>`

const renderPath = (path: string): string =>
  escapeHtml(path).replaceAll(/\{(\w+)\}/g, '<var>{$1}</var>')

function parametersOf(operation: Operation): readonly Field[] {
  return operation.parameters.flatMap((one) => {
    const name = one['name']
    if (typeof name !== 'string') return []
    const { description } = one
    return [
      {
        name,
        type: typeOf(one['schema']),
        required: one['required'] === true,
        description: typeof description === 'string' ? description : '',
      },
    ]
  })
}

function renderFields(title: string, fields: readonly Field[]): string {
  if (fields.length === 0) return ''
  const rows = fields.map(
    ({ name, type, required, description }) => `<div class="field">
<dt><code>${escapeHtml(name)}</code> <span class="type">${escapeHtml(type)}</span>${
      required ? '' : ' <span class="optional">optional</span>'
    }</dt><dd>${renderInline(description)}</dd></div>`,
  )
  return `<h4>${escapeHtml(title)}</h4>\n<dl>${rows.join('\n')}</dl>`
}

const schemaOf = (response: OpenApiResponse): unknown =>
  response.content['application/json']?.schema

function dataFields(response: OpenApiResponse): readonly Field[] {
  const fields = fieldsOf(schemaOf(response))
  const data = /^data(\[\])?\./
  return fields
    .filter((field) => data.test(field.name))
    .map((field) => ({ ...field, name: field.name.replace(data, '') }))
}

function renderRefusals(status: string, response: OpenApiResponse): string {
  return `<h5>${status}</h5>\n${renderMarkdown(response.description)}`
}

function renderSamples(placed: Placed): string {
  const samples = samplesOf(placed)
  return LANGUAGES.map(
    (language) =>
      `<pre class="request ${language}"><code>${escapeHtml(samples[language])}</code></pre>`,
  ).join('\n')
}

function renderAnswer(status: string, response: OpenApiResponse): string {
  const schema = schemaOf(response)
  const whole = exampleOf(schema)
  const { message: _, pagination: __, ...shown } = isRecord(whole) ? whole : {}
  const text = JSON.stringify(shown, null, 2)
  return `<pre class="answer" data-status="${status}"><code>${escapeHtml(text)}</code></pre>`
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
