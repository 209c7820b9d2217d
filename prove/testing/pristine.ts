/**
 * Makes the database that test files begin with a copy of, says where it is, and keeps it for as long as whoever started
 * this keeps its input open: `bun prove/testing/pristine.ts`.
 */
import { makePristine } from './database'

const { dataDir } = await makePristine()
console.log(dataDir)
process.stdin.once('end', () => process.exit()).resume()
