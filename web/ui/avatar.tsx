/** A person as initials on a colour of their own: the one they chose, or one that their id gives them. */
import { useEffect } from 'react'
import { hues, wantHue } from './hues'
import { useStore } from './use-store'

export const colours = [
  'bg-[#b3473a]',
  'bg-[#8a5a10]',
  'bg-[#4f6d1f]',
  'bg-[#1f7050]',
  'bg-[#0f6b80]',
  'bg-[#3a5fb0]',
  'bg-[#6b4fb3]',
  'bg-[#a03d78]',
  'bg-[#5b6470]',
  'bg-[#7a4a2b]',
  'bg-[#8c2f5b]',
  'bg-[#2f5d62]',
] as const

export function Avatar({ id, name, className = 'size-9 text-sm' }: { id: string; name: string; className?: string }) {
  const chosen = useStore(hues).get(id)
  useEffect(() => wantHue(id), [id])
  return (
    <span
      aria-hidden="true"
      className={`inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-white select-none ${colours[chosen ?? hueOf(id)]} ${className}`}
    >
      {initials(name)}
    </span>
  )
}

export function hueOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 65_521
  return sum % colours.length
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase() || '?'
}
