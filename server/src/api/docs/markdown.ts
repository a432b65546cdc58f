/** Text as HTML shows it literally. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/**
 * Writes the part of Markdown that our descriptions use as HTML: headings, paragraphs, lists,
 * indented code, `code`, **strong** and *emphasis*. Everything else is text.
 *
 * @param headingLevel the level that `##` gets
 */
export function renderMarkdown(markdown: string, headingLevel = 2): string {
  const blocks = markdown.trim().split(/\n{2,}/)
  return joinCode(blocks)
    .map((block) => renderBlock(block, headingLevel))
    .join('\n')
}

/** A blank line inside code does not end it. */
function joinCode(blocks: readonly string[]): readonly string[] {
  return blocks.reduce<readonly string[]>((joined, block) => {
    const before = joined.at(-1)
    const goesOn = before !== undefined && isCode(before) && isCode(block)
    return goesOn ? [...joined.slice(0, -1), `${before}\n\n${block}`] : [...joined, block]
  }, [])
}

const isCode = (block: string): boolean => block.startsWith('    ')

function renderBlock(block: string, headingLevel: number): string {
  if (isCode(block)) return `<pre><code>${escapeHtml(block.replace(/^ {4}/gm, ''))}</code></pre>`
  const heading = /^## (.+)$/.exec(block)?.[1]
  if (heading !== undefined) {
    return `<h${headingLevel} id="${anchorOf(heading)}">${renderInline(heading)}</h${headingLevel}>`
  }
  if (/^[*-] /.test(block)) {
    const items = block.split(/\n(?=[*-] )/).map((item) => item.slice(2))
    return `<ul>${items.map((item) => `<li>${renderInline(item)}</li>`).join('')}</ul>`
  }
  return `<p>${renderInline(block)}</p>`
}

/** The part of a URL that leads to a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** The same for text inside a line. */
export function renderInline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`') && part.length > 1
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part)
            .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
            .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>'),
    )
    .join('')
}
