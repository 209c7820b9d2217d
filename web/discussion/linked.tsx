import type { ReactNode } from 'react'

/** Text with its web addresses as links. Nothing else of it is interpreted. */
export function Linked({ text }: { text: string }) {
  return <>{partsOf(text).map((part, index) => (part.href ? link(part.text, part.href, index) : part.text))}</>
}

function link(text: string, href: string, key: number): ReactNode {
  return (
    <a
      key={key}
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {text}
    </a>
  )
}

interface Part {
  text: string
  href?: string
}

/** A full stop or a bracket behind an address belongs to the sentence. Pure. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    const address = match[0].replace(/[.,;:!?'")\]}]+$/, '')
    if (!URL.canParse(address)) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: address, href: address })
    end = match.index + address.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}
