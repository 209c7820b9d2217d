/** Pictures that only conversations use, drawn like the others. Decoration: whoever uses one says what it means. */
import { Drawing } from '../ui/icons'

const drawings = {
  ticks: 'M2 12.500l4.500 4.500L15 7.500M11 16l1 1 9.500-9.500',
  smile: 'M12 21a9 9 0 100-18 9 9 0 000 18zM8.500 14.500a4.500 4.500 0 007 0M9 9.500v.010M15 9.500v.010',
  reply: 'M10 7L4 12l6 5v-3.500c5 0 8 1.500 10 5-.500-6-4-9-10-9.500z',
  clip: 'M8 12.500l6-6a3.200 3.200 0 014.500 4.500l-8 8a5 5 0 01-7-7l7.500-7.500',
  tack: 'M9 3h6l-1 7 3.500 3.500h-11L10 10zM12 13.500V21',
  flag: 'M6 21V4h12l-2.500 4L18 12H6',
  quote: 'M5 17h3l2-4V7H4v6h3zM15 17h3l2-4V7h-6v6h3z',
  muted: 'M6 16v-5a6 6 0 019-5.200M18 11v5l1.500 2h-12M10 21h4M4 4l16 16',
  ban: 'M12 21a9 9 0 100-18 9 9 0 000 18zM5.700 5.700l12.600 12.600',
} as const

export type MarkName = keyof typeof drawings

export function Mark({ name, className }: { name: MarkName; className?: string }) {
  return <Drawing lines={drawings[name]} className={className} />
}
