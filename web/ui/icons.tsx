/** Line icons, drawn here. Decoration only: whoever uses one says in words what it means. */
const drawings = {
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12l16-8-5 16-3-7-8-1z',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 5v14M6 13l6 6 6-6',
  people:
    'M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c.5-4 3-6 6.500-6s6 2 6.500 6M16 4.500a3.500 3.500 0 010 6.500M18 14.500c2 .800 3.200 2.700 3.500 5.500',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3 2',
  tick: 'M5 12.500l4.500 4.500L19 7.500',
  alert: 'M12 3l9.500 17h-19zM12 10v4M12 17v.01',
  hash: 'M9 4L7 20M17 4l-2 16M4 9h16M3.500 15h16',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 017 0v3',
  megaphone: 'M4 10v4h3l9 5V5l-9 5zM19.500 9.500a4 4 0 010 5',
  chat: 'M4 5h16v11H10l-4 4v-4H4z',
  gear: 'M12 15.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM12 2.500v3M12 18.500v3M21.500 12h-3M5.500 12h-3M18.700 5.300l-2.100 2.100M7.400 16.600l-2.100 2.100M18.700 18.700l-2.100-2.100M7.400 7.400L5.300 5.300',
  shield: 'M12 3l8 3v6c0 5-3.500 8-8 9.500C7.500 20 4 17 4 12V6z',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
} as const

export type IconName = keyof typeof drawings

export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={drawings[name]} />
    </svg>
  )
}
