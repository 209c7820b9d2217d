/** `/api/docs`: what there is, for people, with a form to try each method; machines read `/api/openapi.json`. */
import type { Method, Registry } from '../../kernel/service'
import { codes } from '../../protocol/errors'
import { exampleOf } from './example'

export function docsPage(registry: Registry): Response {
  return new Response(pageOf(registry), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    },
  })
}

function pageOf(registry: Registry): string {
  const services = Map.groupBy(registry.methods, ({ name }) => name.split('.')[0]!)
  const parts = [...services].map(
    ([service, methods]) => `<h2 id="${escape(service)}">${escape(service)}</h2>${methods.map(methodOf).join('')}`,
  )
  const contents = [...services.keys()].map((service) => `<a href="#${escape(service)}">${escape(service)}</a>`)
  const errors = Object.entries(codes).map(
    ([code, { http, realtime, retry }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${http}</td><td>${realtime}</td><td>${retry ? 'yes' : 'no'}</td></tr>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Alun API</title><link rel="icon" href="/icons/alun.svg"><link rel="stylesheet" href="/docs.css"><script src="/docs.js" defer></script>
<main><h1>Alun API</h1>
<p>Machine-readable: <a href="/api/openapi.json">OpenAPI 3.1</a>, <a href="/api/asyncapi.json">AsyncAPI 3</a>.
Every command takes a <code>key</code>: the same key always gets the same answer, on any node.</p>
<pre>curl -s localhost:8080/api/discussion/post -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" \\
  -d '{"channel":"general","text":"Halo!"}'</pre>
<p id="who" role="status"></p>
<nav>${contents.join(' ')} <a href="#errors">errors</a></nav>
<p><label>Find a method <input id="filter" type="search"></label></p>
${parts.join('')}
<h2 id="errors">Errors</h2><table><thead><tr><th>Code<th>HTTP<th>Realtime<th>Try again</thead><tbody>${errors.join('')}</tbody></table></main></html>`
}

function methodOf(method: Method): string {
  const { name, kind, summary } = method
  const path = `/api/${name.replace('.', '/')}`
  const example = JSON.stringify(exampleOf(method.input), null, 2)
  const verbs = kind === 'query' ? 'POST or GET' : 'POST'
  const keyField = `<label>Key <input value="" spellcheck="false"></label> <button type="button">Another key</button>`
  return `<details><summary><code>${escape(name)}</code> <small>${kind}</small> ${escape(summary)}</summary>
<p><code>${verbs} ${escape(path)}</code></p>
<form data-path="${escape(path)}" data-kind="${kind}"><label>Input<textarea rows="${example.split('\n').length}" spellcheck="false">${escape(example)}</textarea></label>
${kind === 'command' ? keyField : ''} <button>Send</button><output></output></form></details>`
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
