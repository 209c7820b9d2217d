/**
 * A data folder that can be full: a file system in memory of its own, made as small as what is in it for a while. Needs the
 * right to mount; a process that waits for our end takes it down again, however we end.
 */
import { statfs } from 'node:fs/promises'

/** A bound, not what is taken: only what is written counts. */
const sizeMb = 4096
const fullMs = 2500

export class Disk {
  private constructor(
    private readonly dir: string,
    private readonly keeper: Bun.Subprocess<'pipe', 'pipe', 'ignore'>,
  ) {}

  /** @returns why not, in words, where it isn't permitted. */
  static async mount(dir: string): Promise<Disk | string> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may mount what fills up'
    const script = `mount -t tmpfs -o size=${sizeMb}m,mode=700 alun "$1" && echo mounted && read -r _; umount -l "$1" && rmdir "$1"`
    const keeper = Bun.spawn(['sh', '-c', script, 'sh', dir], { stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' })
    const { value } = await keeper.stdout.getReader().read()
    if (value) return new Disk(dir, keeper)
    await keeper.exited
    return 'mounting is not permitted here'
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

  async unmount(): Promise<void> {
    await this.keeper.stdin.end()
    await this.keeper.exited
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
