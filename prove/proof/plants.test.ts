import { expect, test } from 'bun:test'
import { edited, plants } from './plants'

test.each(plants.map((plant) => [plant.name, plant] as const))(
  'the fault of one that %s can still be planted in the product as it is',
  async (_, plant) => {
    expect((await edited(plant)).size).toBeGreaterThan(0)
  },
)
