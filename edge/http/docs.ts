import type { Registry } from '../../kernel/service'
import { codes } from '../../protocol/errors'

/** A plain page of what there is, for people; machines read `/api/openapi.json`. No script, so nothing to allow. */
export function docsPage(registry: Registry): Response {
  const rows = registry.methods.map(
    ({ name, kind, summary }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${kind}</td><td><code>POST /api/${escape(name.replace('.', '/'))}</code>${
        kind === 'query' ? ' <code>GET</code>' : ''
      }</td><td>${escape(summary)}</td></tr>`,
  )
  const errors = Object.entries(codes).map(
    ([code, { http, realtime, retry }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${http}</td><td>${realtime}</td><td>${retry ? 'yes' : 'no'}</td></tr>`,
  )
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Alun API</title><link rel="stylesheet" href="/docs.css">
<main><h1>Alun API</h1>
<p>Machine-readable: <a href="/api/openapi.json">OpenAPI 3.1</a>, <a href="/api/asyncapi.json">AsyncAPI 3</a>.
Every command takes a <code>key</code>: the same key always gets the same answer, on any node.</p>
<pre>curl -s localhost:8080/api/discussion/post -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" \\
  -d '{"channel":"general","text":"Halo!"}'</pre>
<h2>Methods</h2><table><thead><tr><th>Name<th>Kind<th>Address<th>What it does</thead><tbody>${rows.join('')}</tbody></table>
<h2>Errors</h2><table><thead><tr><th>Code<th>HTTP<th>Realtime<th>Try again</thead><tbody>${errors.join('')}</tbody></table></main></html>`
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
    },
  })
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
