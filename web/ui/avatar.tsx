/** A person as initials on a colour of their own. */
const hues = [
  'bg-[#b3473a]',
  'bg-[#8a5a10]',
  'bg-[#4f6d1f]',
  'bg-[#1f7050]',
  'bg-[#0f6b80]',
  'bg-[#3a5fb0]',
  'bg-[#6b4fb3]',
  'bg-[#a03d78]',
] as const

export function Avatar({ id, name, className = 'size-9 text-sm' }: { id: string; name: string; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={`inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-white select-none ${hueOf(id)} ${className}`}
    >
      {initials(name)}
    </span>
  )
}

function hueOf(id: string): string {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 65_521
  return hues[sum % hues.length]!
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase() || '?'
}
