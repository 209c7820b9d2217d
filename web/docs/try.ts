/**
 * The script of `/api/docs`: every method can be called from its own place, as whoever is signed in here. Plain DOM: the
 * page has to work when the app does not.
 */
export {}

const $ = <E extends Element>(root: ParentNode, selector: string): E => root.querySelector<E>(selector)!

interface Answer {
  status: number
  node: string | null
  ms: number
  text: string
}

async function ask(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const began = performance.now()
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  const ms = Math.round(performance.now() - began)
  return { status: response.status, node: response.headers.get('x-alun-node'), ms, text: pretty(text) }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Tells who calls, and lets somebody in who is nobody yet. */
async function sayWhoIsHere(): Promise<void> {
  const place = $<HTMLElement>(document, '#who')
  const { status, text } = await ask('/api/people/me', {})
  if (status === 200) {
    const { name, role } = JSON.parse(text) as { name: string; role: string }
    place.textContent = `You call as ${name} (${role}).`
    return
  }
  place.textContent = 'You are not signed in: sign in in the app, or '
  const button = document.createElement('button')
  button.textContent = 'come in as a guest'
  button.onclick = async () => {
    const { status: entered, text: why } = await ask('/api/auth/sign-in/anonymous', { name: 'API guest' })
    if (entered === 200) await sayWhoIsHere()
    else place.textContent = why
  }
  place.append(button)
}

function makeForm(form: HTMLFormElement): void {
  const { path, kind } = form.dataset
  const input = $<HTMLTextAreaElement>(form, 'textarea')
  const key = form.querySelector<HTMLInputElement>('input')
  const output = $<HTMLElement>(form, 'output')
  if (key) key.value = crypto.randomUUID()
  form.onsubmit = async (event) => {
    event.preventDefault()
    output.textContent = '…'
    const headers: Record<string, string> = kind === 'command' && key ? { 'idempotency-key': key.value } : {}
    try {
      const { status, node, ms, text } = await ask(path!, input.value, headers)
      output.textContent = `${status} from ${node ?? 'nobody'} after ${ms} ms\n${text}`
    } catch (error) {
      output.textContent = `no answer: ${String(error)}`
    }
  }
  const renew = form.querySelector<HTMLButtonElement>('button[type=button]')
  if (renew && key) renew.onclick = () => (key.value = crypto.randomUUID())
}

for (const form of document.querySelectorAll('form')) makeForm(form)
const filter = $<HTMLInputElement>(document, '#filter')
filter.oninput = () => {
  for (const one of document.querySelectorAll('details'))
    one.hidden = !one.textContent.toLowerCase().includes(filter.value.trim().toLowerCase())
}
void sayWhoIsHere()
