/** What somebody said, as it is shown. Elements only: there is no HTML in between. */
import { memo, type ReactNode } from 'react'
import type { Mentions } from '../../services/discussion/model'
import { parse, type Block, type Inline } from './markdown'

interface SaidProps {
  text: string
  mentions?: Mentions | undefined
  me: string
}

export const Said = memo(function Said({ text, mentions, me }: SaidProps) {
  const people = mentions?.people ?? []
  const mine = people.find(({ id }) => id === me)?.name.toLowerCase()
  const names = [...people.map(({ name }) => name), ...(mentions?.channel ? groupWords : []), ...roleWords(mentions)]
  return <Blocks blocks={parse(text, names)} mine={mine} all={mentions?.channel === true} />
})

const groupWords = ['channel', 'kanal', 'everyone', 'semua']
const rolesSaid: Record<string, string[]> = {
  student: ['students', 'student', 'mahasiswa', 'siswa'],
  teacher: ['teachers', 'teacher', 'dosen', 'guru'],
  technician: ['technicians', 'technician', 'teknisi'],
  organiser: ['organisers', 'organiser', 'penyelenggara', 'panitia'],
  admin: ['admins', 'admin'],
}
const roleWords = (mentions: Mentions | undefined): string[] =>
  (mentions?.roles ?? []).flatMap((role) => rolesSaid[role] ?? [])

interface Marks {
  /** The name by which the reader is meant. */
  mine: string | undefined
  all: boolean
}

function Blocks({ blocks, ...marks }: Marks & { blocks: readonly Block[] }) {
  return <>{blocks.map((block, index) => blockOf(block, index, marks))}</>
}

function blockOf(block: Block, key: number, marks: Marks): ReactNode {
  if (block.kind === 'paragraph') {
    return (
      <p key={key} dir="auto" className="wrap-anywhere whitespace-pre-wrap">
        {inlines(block.parts, marks)}
      </p>
    )
  }
  if (block.kind === 'code') {
    return (
      <pre key={key} tabIndex={0} className="my-1 overflow-x-auto rounded-lg bg-sunken p-3 text-sm">
        <code>{block.text}</code>
      </pre>
    )
  }
  if (block.kind === 'quote') {
    return (
      <blockquote key={key} className="my-1 border-l-4 border-line pl-3 text-muted">
        <Blocks blocks={block.blocks} {...marks} />
      </blockquote>
    )
  }
  const items = block.items.map((item, index) => (
    <li key={index} dir="auto" className="wrap-anywhere">
      {inlines(item, marks)}
    </li>
  ))
  return block.ordered ? (
    <ol key={key} start={block.start} className="list-decimal pl-6">
      {items}
    </ol>
  ) : (
    <ul key={key} className="list-disc pl-6">
      {items}
    </ul>
  )
}

const inlines = (parts: readonly Inline[], marks: Marks): ReactNode[] =>
  parts.map((part, index) => inlineOf(part, index, marks))

function inlineOf(part: Inline, key: number, marks: Marks): ReactNode {
  if (part.kind === 'text') return part.text
  if (part.kind === 'code')
    return (
      <code key={key} className="rounded bg-sunken px-1 py-0.5 text-[0.9em]">
        {part.text}
      </code>
    )
  if (part.kind === 'mention') return <Mention key={key} text={part.text} {...marks} />
  if (part.kind === 'strong') return <strong key={key}>{inlines(part.parts, marks)}</strong>
  if (part.kind === 'em') return <em key={key}>{inlines(part.parts, marks)}</em>
  if (part.kind === 'strike') return <s key={key}>{inlines(part.parts, marks)}</s>
  return (
    <a
      key={key}
      href={part.href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {inlines(part.parts, marks)}
    </a>
  )
}

function Mention({ text, mine, all }: Marks & { text: string }) {
  const said = text.slice(1).toLowerCase()
  const isMe = said === mine || (all && groupWords.includes(said))
  return (
    <span
      className={`rounded px-1 font-medium text-accent ${isMe ? 'bg-accent-soft' : ''}`}
      data-me={isMe || undefined}
    >
      {text}
    </span>
  )
}
