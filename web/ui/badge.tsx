/** A number that wants to be seen. `label` says what it counts. */
export function Badge({ count, label }: { count: number; label: string }) {
  return (
    <span className="inline-flex min-w-6 items-center justify-center rounded-full bg-accent px-1.5 text-xs leading-6 font-semibold text-on-accent tabular-nums">
      <span aria-hidden="true">{count > 999 ? '999+' : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  )
}
