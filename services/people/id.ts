/** Ids of people are UUIDs in the database; who asks may have come with another one, which is nobody's. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const nobody = '00000000-0000-0000-0000-000000000000'

export const asUuid = (id: string): string => (uuid.test(id) ? id : nobody)
