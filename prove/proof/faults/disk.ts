/**
 * A data folder that can be full: a file system in memory of its own, made as small as what is in it for a while. Needs the
 * right to mount. Taking it down again is the heir's business.
 */
import { statfs } from 'node:fs/promises'

/** A bound, not what is taken: only what is written counts. */
const sizeMb = 4096
const fullMs = 2500

export class Disk {
  private constructor(private readonly dir: string) {}

  /** @returns why not, in words, where it isn't permitted. */
  static async mount(dir: string): Promise<Disk | string> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may mount what fills up'
    const words = ['mount', '-t', 'tmpfs', '-o', `size=${sizeMb}m,mode=700`, 'alun', dir]
    const code = await Bun.spawn(words, { stdio: ['ignore', 'ignore', 'ignore'] }).exited
    return code === 0 ? new Disk(dir) : 'mounting is not permitted here'
  }

  /** Not a block more for a while. */
  async fill(): Promise<void> {
    await this.shrink()
    try {
      await Bun.sleep(fullMs)
    } finally {
      await this.resize(sizeMb * 1024 * 1024)
    }
  }

  /** What is written meanwhile may make it larger than what was asked for; then it is asked again. */
  private async shrink(): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
      const { blocks, bfree, bsize } = await statfs(this.dir)
      if (await this.resize((blocks - bfree) * bsize)) return
    }
    throw new Error('the data folder could not be filled up')
  }

  private async resize(bytes: number): Promise<boolean> {
    const words = ['mount', '-o', `remount,size=${bytes}`, this.dir]
    return (await Bun.spawn(words, { stdout: 'ignore', stderr: 'ignore' }).exited) === 0
  }
}
