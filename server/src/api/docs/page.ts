import { definitionOf } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { wireCode } from '../failure.ts'
import type { OpenApi } from '../openapi.ts'
import { sentenceOf } from '../sentence.ts'
import { anchorOf, escapeHtml, renderInline, renderMarkdown } from './markdown.ts'
import { guides, linkFrom, markdownOf, type Guide } from './guides.ts'
import { badge, operationsOf, renderOperation } from './operation.ts'
import { LANGUAGES, TITLES } from './samples.ts'
import { STYLE } from './style.ts'

const RETRY = {
  never: 'The answer stays the same.',
  later: 'Send the same again after a while.',
  changed: 'Correct the request first.',
} as const

/**
 * The documentation as one page, made from the OpenAPI document: no script, nothing from anywhere
 * else, so that it can be read offline and printed.
 *
 * @param codes every error that an operation can answer
 */
export function docsPage(document: OpenApi, codes: readonly ErrorCode[]): string {
  const { info } = document
  return pageOf(
    info.title,
    renderNavigation(document),
    `${renderLanguages()}
<div class="guide">
<h1>${escapeHtml(info.title)}</h1>
<p>${escapeHtml(info.summary)} <a href="/openapi.json">OpenAPI 3.1 document</a></p>
${renderMarkdown(info.description)}
</div>
${document.tags.map(({ name }) => renderGroup(document, name)).join('\n')}
${renderErrors(codes)}`,
  )
}

/** A guide of `docs/` as a page of its own. */
export function guidePage(document: OpenApi, guide: Guide): string {
  const own = `<p><a href="/docs/${guide.name}.md">This page as Markdown</a></p>`
  const text = renderMarkdown(markdownOf(guide.name), 0, linkFrom)
  const navigation = `<nav aria-label="Contents"><a class="name" href="/docs">${escapeHtml(
    document.info.title,
  )}</a>${renderGuides(guide.name)}</nav>`
  return pageOf(guide.title, navigation, `<div class="guide">${text}${own}</div>`)
}

const pageOf = (title: string, navigation: string, main: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${navigation}
<main>
${main}
</main>
</body>
</html>
`

function renderGuides(current?: string): string {
  const links = guides.map(({ name, title }) => {
    const mark = name === current ? ' aria-current="page"' : ''
    return `<li><a href="/docs/${name}"${mark}>${escapeHtml(title)}</a></li>`
  })
  return `<h2>Guides</h2><ul>${links.join('')}</ul>`
}

/** Which language samples are shown in: one choice for the page, kept by the style alone. */
function renderLanguages(): string {
  const choices = LANGUAGES.map(
    (language, place) =>
      `<label><input type="radio" name="language" id="in-${language}"${
        place === 0 ? ' checked' : ''
      }>${TITLES[language]}</label>`,
  )
  return `<fieldset class="languages"><legend>Samples in</legend>${choices.join('')}</fieldset>`
}

function renderNavigation(document: OpenApi): string {
  const headings = [...document.info.description.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
  const guide = headings.map(
    (title = '') => `<li><a href="#${anchorOf(title)}">${escapeHtml(title)}</a></li>`,
  )
  const groups = document.tags.map(({ name }) => {
    const links = operationsOf(document)
      .filter(({ operation }) => operation.tags.includes(name))
      .map(
        ({ method, operation }) =>
          `<li><a href="#${operation.operationId}">${badge(method)}${escapeHtml(operation.summary)}</a></li>`,
      )
    return `<h2>${escapeHtml(name)}</h2><ul>${links.join('')}</ul>`
  })
  return `<nav aria-label="Contents"><a class="name" href="#">${escapeHtml(document.info.title)}</a>
<h2>Reference</h2><ul>${guide.join('')}<li><a href="#errors">Errors</a></li></ul>
${renderGuides()}
${groups.join('\n')}</nav>`
}

function renderGroup(document: OpenApi, tag: string): string {
  const own = operationsOf(document).filter(({ operation }) => operation.tags.includes(tag))
  const title = `<h2 class="group" id="${anchorOf(tag)}">${escapeHtml(tag)}</h2>`
  return `${title}\n${own.map(renderOperation).join('\n')}`
}

function renderErrors(codes: readonly ErrorCode[]): string {
  const rows = codes.map((code) => {
    const { status, retry } = definitionOf(code)
    return `<div class="field" id="error-${code}"><dt><code>${escapeHtml(wireCode(code))}</code>
<span class="type">${status}</span></dt>
<dd>${renderInline(sentenceOf(code))} <span class="type">${RETRY[retry]}</span></dd></div>`
  })
  return `<h2 class="group" id="errors">Errors</h2><dl class="table">${rows.join('\n')}</dl>`
}
