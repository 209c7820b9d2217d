/** Takes the lock of the folder it is given and says how that went; then waits to be ended, or for its input to close. */
import { acquireLock } from '../lock'

try {
  acquireLock(process.argv[2]!, 8080)
  console.log('held')
  process.stdin.resume().on('end', () => process.exit(0))
} catch (error) {
  console.log((error as Error).message)
}
