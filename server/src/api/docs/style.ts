/** The look of the documentation: one column on a phone, three on a desk, dark at night. */
export const STYLE = `
:root { color-scheme: light dark;
  --ink: light-dark(#1b2330, #dfe5ee); --soft: light-dark(#5c6778, #93a0b4);
  --paper: light-dark(#ffffff, #10151d); --shade: light-dark(#f5f7fa, #161d28);
  --line: light-dark(#e2e7ee, #263041); --accent: light-dark(#0b6b57, #4fd0ae);
  --code-ink: #d9e2f0; --code-paper: #172031;
  --get: #1f6feb; --post: #0b8457; --put: #9a6700; --delete: #cf222e; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 16px/1.6 system-ui, -apple-system, 'Segoe UI', sans-serif; }
a { color: inherit; text-decoration: none; }
p a, li a, h3 a:hover { color: var(--accent); }
nav { background: var(--shade); border-right: 1px solid var(--line); padding: 1.5rem 1.25rem;
  font-size: 14px; overflow-y: auto; }
nav .name { font-weight: 700; font-size: 18px; color: var(--accent); letter-spacing: -0.01em; }
nav h2 { margin: 1.5rem 0 .35rem; font-size: 12px; font-weight: 600; color: var(--soft);
  text-transform: uppercase; letter-spacing: .06em; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .15rem .5rem; margin: 0 -.5rem; border-radius: 6px; }
nav li a:hover { background: var(--line); }
nav .method { float: right; margin-top: .3rem; }
main { padding: 2.5rem 2rem 6rem; max-width: 1240px; }
.guide, .table { max-width: 720px; }
h1 { margin: 0 0 .5rem; font-size: 34px; letter-spacing: -.02em; line-height: 1.2; }
h1 + p { color: var(--soft); font-size: 18px; margin-top: 0; }
h2 { margin: 3rem 0 .75rem; font-size: 24px; letter-spacing: -.01em; }
h2.group { border-top: 1px solid var(--line); padding-top: 2.5rem; }
h3 { margin: 0 0 .25rem; font-size: 20px; }
h4 { margin: 1.5rem 0 .25rem; font-size: 13px; color: var(--soft); }
h5 { margin: 1rem 0 0; font-size: 13px; }
.operation { padding: 1.75rem 0; }
.operation:target h3 { color: var(--accent); }
.path { margin: .25rem 0 .75rem; }
.path var { color: var(--accent); font-style: normal; }
code { font: 13.5px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
:not(pre) > code { background: var(--shade); border-radius: 4px; padding: .1em .3em; }
.path code, dt code { background: none; padding: 0; font-weight: 600; }
pre { margin: 0 0 1rem; padding: 1rem 1.15rem; border-radius: 10px; overflow-x: auto;
  color: var(--code-ink); background: var(--code-paper); }
pre code { font-size: 12.5px; }
.languages { position: sticky; top: 0; z-index: 1; display: flex; gap: 1rem; margin: 0 0 1rem;
  padding: .6rem 0; border: 0; background: var(--paper); font-size: 14px; }
.languages legend { float: left; color: var(--soft); margin-right: 1rem; }
.languages label { cursor: pointer; }
.languages input { accent-color: var(--accent); margin: 0 .35rem 0 0; }
.request.node, .request.python { display: none; }
body:has(#in-node:checked) .request.node, body:has(#in-python:checked) .request.python {
  display: block; }
body:has(#in-node:checked) .request.curl, body:has(#in-python:checked) .request.curl {
  display: none; }
nav [aria-current] { background: var(--line); }
.wide { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; font-size: 14.5px; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0;
  border-bottom: 1px solid var(--line); }
.answer::before { content: attr(data-status); display: block; margin-bottom: .5rem;
  font: 600 12px system-ui, sans-serif; color: #7ee0b8; }
.method { display: inline-block; padding: 0 .45em; border-radius: 5px; color: #fff;
  font: 700 10.5px/1.7 ui-monospace, Menlo, monospace; letter-spacing: .03em; }
.get { background: var(--get); } .post { background: var(--post); }
.put, .patch { background: var(--put); } .delete { background: var(--delete); }
dl { margin: 0; }
.field { padding: .55rem 0; border-top: 1px solid var(--line); }
.type, .optional { color: var(--soft); font-size: 13px; }
.optional { border: 1px solid var(--line); border-radius: 4px; padding: 0 .35em; }
dd { margin: 0; font-size: 14.5px; }
details { margin-top: 1.25rem; font-size: 14.5px; }
summary { cursor: pointer; color: var(--soft); font-weight: 600; font-size: 13px; }
details ul { margin: .25rem 0; padding-left: 1.1rem; }
.table dt { font-weight: 600; }
.table div:target { background: var(--shade); }
@media (min-width: 900px) {
  body { display: grid; grid-template-columns: 270px minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; }
}
@media (min-width: 1200px) {
  .operation { display: grid; grid-template-columns: minmax(0, 1fr) 440px; gap: 2.5rem; }
  .examples { position: sticky; top: 1.5rem; align-self: start; }
}
@media print { nav, .examples { display: none; } }
`
