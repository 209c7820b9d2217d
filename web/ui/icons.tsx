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
  today: 'M4 11l8-7 8 7v9h-5.500v-6h-5v6H4z',
  wrench:
    'M14.500 6.500a4.500 4.500 0 015.200-3.300l-2.900 2.900.400 2.200 2.200.400 2.900-2.900a4.500 4.500 0 01-6.200 5.400L8.500 19.200a2.100 2.100 0 01-3-3l7.900-7.700a4.500 4.500 0 011.100-2z',
  present: 'M8 4H5v16h14V4h-3M8 2.500h8v4H8zM8.500 13.500l2.500 2.500 5-5.500',
  ticket: 'M3 8V5h18v3a2.500 2.500 0 000 8v3H3v-3a2.500 2.500 0 000-8zM13.500 5.500v2M13.500 11v2M13.500 16.500v2',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16 16l5 5',
  bell: 'M6 16V11a6 6 0 0112 0v5l1.500 2h-15zM10 21h4',
  servers: 'M4 4h16v6H4zM4 14h16v6H4zM7.500 7v.010M7.500 17v.010',
  list: 'M9 6h11M9 12h11M9 18h11M4.500 6v.010M4.500 12v.010M4.500 18v.010',
  scan: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M8 12h8',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9v.010',
  camera: 'M4 8h4l1.500-3h5L16 8h4v11H4zM12 16.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7z',
  pin: 'M12 21c-4-5-6-8-6-11a6 6 0 0112 0c0 3-2 6-6 11zM12 12a2 2 0 100-4 2 2 0 000 4z',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  more: 'M5 12v.010M12 12v.010M19 12v.010',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
} as const

export type IconName = keyof typeof drawings

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return <Drawing lines={drawings[name]} className={className} />
}

/** For pictures that one folder alone uses, drawn in the same hand: on a sheet of 24 by 24. */
export function Drawing({ lines, className = 'size-5' }: { lines: string; className?: string | undefined }) {
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
      <path d={lines} />
    </svg>
  )
}
