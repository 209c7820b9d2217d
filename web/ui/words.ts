import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'sign.password.show': 'Show',
  'sign.password.hide': 'Hide',

  'table.none': 'Nothing to show.',

  'pin.place': 'Pin at {x} m from the left and {y} m from the top',
  'pin.none': 'No pin yet',
  'pin.hint': 'Tap the plan, drag the pin, use the arrow keys, or type the distances.',
  'pin.x': 'From the left, in metres',
  'pin.y': 'From the top, in metres',
  'pin.step': 'One square is {n} m wide.',

  'scan.start': 'Scan with the camera',
  'scan.stop': 'Stop the camera',
  'scan.file': 'Choose a picture of the code',
  'scan.looking': 'Hold the code into the frame.',
  'scan.none': 'There is no QR code in this picture. Take it closer and straight from the front.',
  'scan.denied': 'The camera may not be used. Allow it in the browser’s settings for this site, or choose a picture.',
  'scan.missing': 'No camera was found. Choose a picture of the code instead.',
  'scan.insecure': 'The camera works only over HTTPS. Choose a picture of the code instead.',

  'photos.take': 'Take a photo',
  'photos.choose': 'Choose photos',
  'photos.remove': 'Remove photo {n}',
  'photos.one': 'Photo {n}',
  'photos.left': { one: '{n} more photo fits.', other: '{n} more photos fit.' },
  'photos.unreadable':
    'A photo in Apple’s HEIC format can’t be read on this device. Take it anew with “Take a photo”, or set the iPhone to Settings → Camera → Formats → Most Compatible.',
  'photos.full': { one: '{n} photo is the most.', other: '{n} photos are the most.' },

  'confirm.yes': 'Yes, go on',
  'chart.loading': 'Drawing the chart',
  'late.failed': 'This part can’t be loaded now. Check the connection and try again; if it stays, load the page anew.',
} as const

export const id: Translation<typeof en> = {
  'sign.password.show': 'Lihat',
  'sign.password.hide': 'Sembunyikan',

  'table.none': 'Tidak ada yang ditampilkan.',

  'pin.place': 'Pin {x} m dari kiri dan {y} m dari atas',
  'pin.none': 'Belum ada pin',
  'pin.hint': 'Ketuk denah, geser pin, pakai tombol panah, atau ketik jaraknya.',
  'pin.x': 'Dari kiri, dalam meter',
  'pin.y': 'Dari atas, dalam meter',
  'pin.step': 'Satu kotak selebar {n} m.',

  'scan.start': 'Pindai dengan kamera',
  'scan.stop': 'Matikan kamera',
  'scan.file': 'Pilih gambar kode',
  'scan.looking': 'Arahkan kode ke dalam bingkai.',
  'scan.none': 'Tidak ada kode QR di gambar ini. Ambil lebih dekat dan lurus dari depan.',
  'scan.denied': 'Kamera tidak diizinkan. Izinkan di setelan peramban untuk situs ini, atau pilih gambar.',
  'scan.missing': 'Kamera tidak ditemukan. Pilih gambar kode sebagai gantinya.',
  'scan.insecure': 'Kamera hanya berfungsi lewat HTTPS. Pilih gambar kode sebagai gantinya.',

  'photos.take': 'Ambil foto',
  'photos.choose': 'Pilih foto',
  'photos.remove': 'Hapus foto {n}',
  'photos.one': 'Foto {n}',
  'photos.left': { other: 'Masih muat {n} foto.' },
  'photos.unreadable':
    'Foto berformat HEIC milik Apple tidak dapat dibaca di perangkat ini. Ambil ulang lewat “Ambil foto”, atau atur iPhone ke Pengaturan → Kamera → Format → Paling Kompatibel.',
  'photos.full': { other: 'Paling banyak {n} foto.' },

  'confirm.yes': 'Ya, lanjutkan',
  'chart.loading': 'Menggambar grafik',
  'late.failed': 'Bagian ini belum bisa dimuat. Periksa koneksi lalu coba lagi; kalau tetap gagal, muat ulang halaman.',
}

export const { useSay, useWords } = speak({ en, id })
