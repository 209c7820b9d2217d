/** fast-check with the seed of the run. What fails tells its seed and path; `ALUN_SEED` repeats it. */
import fc from 'fast-check'
import { seed } from './seed'

fc.configureGlobal({ seed: seed | 0 })

export { fc }
