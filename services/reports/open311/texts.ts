import type { Text } from '../../../protocol/errors'

export const noServiceCode: Text = { en: 'service_code was not provided.', id: 'service_code tidak diberikan.' }
export const unknownService: Text = { en: 'service_code was not found.', id: 'service_code tidak ditemukan.' }
export const unknownRequest: Text = {
  en: 'service_request_id was not found.',
  id: 'service_request_id tidak ditemukan.',
}
export const noKey: Text = {
  en: 'api_key was missing or is not valid. Ask an admin of this installation for one.',
  id: 'api_key tidak ada atau tidak berlaku. Mintalah kepada admin pemasangan ini.',
}
export const noDescription: Text = { en: 'description was not provided.', id: 'description tidak diberikan.' }
export const noLocation: Text = {
  en: 'No location was provided: lat and long, address_string or address_id.',
  id: 'Lokasi tidak diberikan: lat dan long, address_string, atau address_id.',
}
export const noStatus: Text = { en: 'status is open or closed.', id: 'status adalah open atau closed.' }
export const tooWide: Text = {
  en: 'start_date and end_date may not span more than 90 days.',
  id: 'start_date dan end_date paling banyak berjarak 90 hari.',
}
export const noDate = (name: string): Text => ({
  en: `${name} is no date such as 2010-01-01T00:00:00Z.`,
  id: `${name} bukan tanggal seperti 2010-01-01T00:00:00Z.`,
})
export const tooLong: Text = { en: 'The request is too long.', id: 'Permintaan terlalu panjang.' }
export const noForm: Text = { en: 'The form could not be read.', id: 'Formulir tidak dapat dibaca.' }
