/** The zones in which campuses here lie, by the names that people use. */
const zones: Record<string, string> = { 'Asia/Jakarta': 'WIB', 'Asia/Makassar': 'WITA', 'Asia/Jayapura': 'WIT' }

export const zoneNames: readonly string[] = Object.keys(zones)
export const zoneShort = (zone: string): string => zones[zone] ?? zone

/** @param more others that are in use. */
export const zoneOptions = (more: readonly string[] = []): { value: string; label: string }[] => [
  ...Object.entries(zones).map(([value, short]) => ({ value, label: `${short} (${value.replace('Asia/', '')})` })),
  ...more.map((value) => ({ value, label: value })),
]
