/** What people are told when something is refused. */
import type { Text } from '../../protocol/errors'

export const noSuchReport: Text = {
  en: 'There is no such report, or it is private.',
  id: 'Laporan ini tidak ada, atau bersifat rahasia.',
}
export const noSuchReceipt: Text = {
  en: 'No report has this receipt. Check that the whole link was copied.',
  id: 'Tidak ada laporan dengan tanda terima ini. Pastikan seluruh tautan tersalin.',
}
export const noSuchCategory: Text = {
  en: 'category: there is no such category.',
  id: 'category: kategori ini tidak ada.',
}
export const noSuchPlace: Text = { en: 'There is no such place.', id: 'Tempat ini tidak ada.' }
export const noSuchPhoto: Text = { en: 'This report has no such photo.', id: 'Laporan ini tidak memiliki foto itu.' }
export const noSuchTechnician: Text = {
  en: 'This person is no technician here.',
  id: 'Orang ini bukan teknisi di sini.',
}
export const answerMissing = (question: Text): Text => ({
  en: `answers: please answer “${question.en}”`,
  id: `answers: mohon jawab “${question.id}”`,
})
export const takenBy = (name: string): Text => ({
  en: `${name} was first and has this report already.`,
  id: `${name} lebih dulu dan sudah menangani laporan ini.`,
})
export const notYours: Text = {
  en: 'Only the technician who has this report, and admins, may do this. Claim it first.',
  id: 'Hanya teknisi yang menangani laporan ini dan admin yang boleh. Ambil laporannya terlebih dahulu.',
}
export const notAffected: Text = {
  en: 'Only who reported or follows it may say whether it is fixed.',
  id: 'Hanya pelapor dan pengikut laporan yang boleh mengatakan apakah sudah beres.',
}
export const notNow = (state: string): Text => ({
  en: `That is not possible while the report is ${words[state]?.en ?? state}.`,
  id: `Tidak bisa dilakukan selagi laporan berstatus ${words[state]?.id ?? state}.`,
})
export const photoNeeded: Text = {
  en: 'photos: show the repair: a photo taken afterwards is needed. An admin may finish without one, with a reason.',
  id: 'photos: tunjukkan hasilnya: perlu foto sesudah perbaikan. Admin boleh menyelesaikan tanpa foto, dengan alasan.',
}
export const tooManyPhotos: Text = {
  en: 'photos: this report has as many photos as it can hold.',
  id: 'photos: laporan ini sudah memuat foto sebanyak mungkin.',
}
export const itself: Text = {
  en: 'into: a report can’t be a duplicate of itself, nor of a duplicate.',
  id: 'into: laporan tidak bisa menjadi duplikat dirinya sendiri atau dari sebuah duplikat.',
}
export const codeTaken: Text = { en: 'code: another place has it.', id: 'code: sudah dipakai tempat lain.' }
export const placeInside: Text = {
  en: 'parent: a place can’t be inside of itself.',
  id: 'parent: tempat tidak bisa berada di dalam dirinya sendiri.',
}
export const badLine = (line: number, what: Text): Text => ({
  en: `Line ${line}: ${what.en} Nothing was imported.`,
  id: `Baris ${line}: ${what.id} Tidak ada yang diimpor.`,
})
export const nothingToChange: Text = { en: 'There is nothing to change.', id: 'Tidak ada yang diubah.' }

const words: Record<string, Text> = {
  pending: { en: 'waiting for a technician', id: 'menunggu teknisi' },
  reopened: { en: 'opened again', id: 'dibuka kembali' },
  in_progress: { en: 'in progress', id: 'sedang dikerjakan' },
  waiting: { en: 'on hold', id: 'tertunda' },
  done: { en: 'done', id: 'selesai' },
  confirmed: { en: 'done and confirmed', id: 'selesai dan dikonfirmasi' },
  rejected: { en: 'rejected', id: 'ditolak' },
  duplicate: { en: 'a duplicate of another one', id: 'duplikat laporan lain' },
}
