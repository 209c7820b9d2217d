/** For tests of a service that asks others: those, as the program has them. */
import type { Service } from '../../kernel/service'
import { services } from '../../main/services'

export const othersThan = (name: string): Service[] => services.filter((service) => service.name !== name)
