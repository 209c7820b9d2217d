/**
 * What chance in tests begins with. Every day it is the same, so that a change is judged by the change alone and what fails
 * fails again; at night (`ALUN_FULL`) it is another one each time, and looks where nobody looked. `ALUN_SEED` repeats a run.
 */
const { ALUN_SEED, ALUN_FULL } = process.env

export const isLongRun = ALUN_FULL !== undefined

export const seed = ALUN_SEED ? Number(ALUN_SEED) : isLongRun ? Math.floor(Math.random() * 2 ** 32) : 1

/** For the log of the run. */
export const rerun = `ALUN_SEED=${seed}`
