/** Something is under way. Beside words that say what. */
export function Spinner({ className = 'size-4' }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={`inline-block shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent ${className}`}
    />
  )
}

/** The shape of what is coming. `label` is what a screen reader hears. */
export function Skeleton({ label, lines }: { label: string; lines: readonly string[] }) {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">{label}</span>
      {lines.map((width, index) => (
        <div key={index} aria-hidden="true" className={`h-4 animate-pulse rounded bg-line ${width}`} />
      ))}
    </div>
  )
}
