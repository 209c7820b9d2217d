/** What is told to those who upload. */
import { Refusal, type Text } from '../../protocol/errors'

const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024)

export const tooLarge = (most: number): Text => ({
  en: `This is too large: at most ${megabytes(most)} MB.`,
  id: `Ini terlalu besar: paling banyak ${megabytes(most)} MB.`,
})
export const noSuchFile: Text = {
  en: 'There is no such file, or it is not yours.',
  id: 'Berkas itu tidak ada, atau bukan milik Anda.',
}
export const otherOffset = (offset: number): Text => ({
  en: `The upload has got to byte ${offset}: go on from there.`,
  id: `Unggahan sudah sampai bita ${offset}: lanjutkan dari sana.`,
})
export const moreThanAnnounced: Text = {
  en: 'More came than was announced. Begin the upload anew.',
  id: 'Yang datang lebih banyak dari yang diumumkan. Mulai unggahan dari awal.',
}
export const notWhole: Text = {
  en: 'This file has not arrived in full yet. Wait for its upload to end.',
  id: 'Berkas ini belum tiba seluruhnya. Tunggu sampai unggahannya selesai.',
}
export const unreadable: Text = {
  en: 'This image could not be read. Choose another one, or save it anew and try again.',
  id: 'Gambar ini tidak dapat dibaca. Pilih yang lain, atau simpan ulang lalu coba lagi.',
}
export const notAnImage: Text = {
  en: 'Only photos can be used here: JPEG, PNG, WebP, GIF or AVIF.',
  id: 'Di sini hanya foto yang dapat dipakai: JPEG, PNG, WebP, GIF, atau AVIF.',
}
export const usedElsewhere: Text = {
  en: 'This file is used elsewhere already. Upload it once more to use it here.',
  id: 'Berkas ini sudah dipakai di tempat lain. Unggah sekali lagi untuk memakainya di sini.',
}
export const wrongKind: Text = {
  en: 'Files of this kind are not accepted. Images (JPEG, PNG, WebP, GIF), PDF, office documents, archives, text and sound are.',
  id: 'Berkas jenis ini tidak diterima. Yang diterima: gambar (JPEG, PNG, WebP, GIF), PDF, dokumen kantor, arsip, teks, dan suara.',
}
export const heic: Text = {
  en: 'This photo is in Apple’s HEIC format, which can’t be read here. Take it anew with the camera button, or set the iPhone to Settings → Camera → Formats → Most Compatible and send it as JPEG.',
  id: 'Foto ini berformat HEIC milik Apple, yang tidak dapat dibaca di sini. Ambil ulang lewat tombol kamera, atau atur iPhone ke Pengaturan → Kamera → Format → Paling Kompatibel dan kirim sebagai JPEG.',
}
export const tooManyPixels: Text = {
  en: 'This image has too many pixels. Make it smaller and try again.',
  id: 'Gambar ini punya terlalu banyak piksel. Perkecil lalu coba lagi.',
}
export const firstPieceTooSmall: Text = {
  en: 'The first piece must hold at least 4096 bytes, or the whole file.',
  id: 'Potongan pertama harus berisi setidaknya 4096 bita, atau seluruh berkas.',
}
export const nothingCame: Text = {
  en: 'Nothing came. Send the bytes of the file.',
  id: 'Tidak ada yang datang. Kirim isi berkasnya.',
}

export const notAForm: Text = {
  en: 'Send JSON with name and bytes, or a form (multipart/form-data) with one file.',
  id: 'Kirim JSON berisi name dan bytes, atau formulir (multipart/form-data) dengan satu berkas.',
}

export const tooMuchLoose = (): Refusal =>
  new Refusal(
    'limited',
    {
      en: 'You have many uploads that are not used yet. Use or discard some, or wait a day.',
      id: 'Anda punya banyak unggahan yang belum dipakai. Pakai atau buang sebagian, atau tunggu sehari.',
    },
    60_000,
  )

/** Nothing was stored, and trying again soon is of little use: somebody has to make room. */
export const storageFull = (): Refusal =>
  new Refusal(
    'overloaded',
    {
      en: 'There is no room left to store files here. Nothing was stored; please tell an admin.',
      id: 'Tempat penyimpanan berkas sudah penuh. Tidak ada yang disimpan; beri tahu admin.',
    },
    60_000,
  )
