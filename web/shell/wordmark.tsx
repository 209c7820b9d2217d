/** The sign: a square with people at its four sides. The same drawing as the icon. */
export function Sign({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" className={className} aria-hidden="true">
      <rect width="64" height="64" rx="15" fill="#0e6b66" />
      <rect x="13" y="13" width="38" height="38" rx="9" fill="none" stroke="#fff" strokeWidth="4" />
      <circle cx="32" cy="32" r="7" fill="#ffd27a" />
      <circle cx="32" cy="13" r="4.5" fill="#fff" />
      <circle cx="32" cy="51" r="4.5" fill="#fff" />
      <circle cx="13" cy="32" r="4.5" fill="#fff" />
      <circle cx="51" cy="32" r="4.5" fill="#fff" />
    </svg>
  )
}
