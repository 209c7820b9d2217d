/** The names under which the runtime fans out: what is published is encoded once for each dialect. */
import type { Dialect } from '../dialects/centrifuge/dialect'

export const nativeTopic = (dialect: Dialect, topic: string): string => `${dialect.name}/${topic}`
export const nativeRoster = (dialect: Dialect, topic: string): string => `${dialect.name}/roster/${topic}`
