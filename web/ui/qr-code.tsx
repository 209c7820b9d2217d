import { useMemo } from 'react'
import { encode } from 'uqr'

interface QrCodeProps {
  text: string
  /** What it leads to, for those who can't scan it. */
  label: string
  className?: string
}

/** A QR code. Dark on white whatever the theme, with the quiet border that scanners want. */
export function QrCode({ text, label, className = 'w-64' }: QrCodeProps) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={`h-auto max-w-full rounded-lg bg-white ${className}`}
    >
      <path d={path} fill="#000" />
    </svg>
  )
}

function drawn(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { border: 4, ecc: 'M' })
  const runs = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
  return { size, path: runs.join('') }
}
