/** What people are told. */
import type { Text } from '../../protocol/errors'
import type { Reason } from './model/decide'
import { inWords } from './model/place'

export const noSuchSession: Text = {
  en: 'There is no such attendance session.',
  id: 'Sesi presensi ini tidak ada.',
}
export const notYours: Text = {
  en: 'Only teachers of this session and admins may do this.',
  id: 'Hanya pengajar sesi ini dan admin yang boleh melakukan ini.',
}
export const notYourClass: Text = {
  en: 'Only teachers of this class and admins may open sessions for it.',
  id: 'Hanya pengajar kelas ini dan admin yang boleh membuka sesi untuknya.',
}
export const noSuchRecord: Text = {
  en: 'There is no such record in this session.',
  id: 'Catatan ini tidak ada pada sesi ini.',
}
export const noSuchPerson = (who: string): Text => ({
  en: `Nobody known here is ${who}.`,
  id: `Tidak ada orang yang dikenal sebagai ${who}.`,
})
export const alreadyClosed: Text = {
  en: 'This session is closed. Correct single people, with a reason.',
  id: 'Sesi ini sudah ditutup. Perbaiki per orang, dengan alasan.',
}
export const timesWrong: Text = {
  en: 'The times don’t fit: a session opens, then starts, then closes.',
  id: 'Waktunya tidak cocok: sesi dibuka dulu, lalu dimulai, lalu ditutup.',
}
export const locationWithoutPlace: Text = {
  en: 'rules.location needs a place: latitude, longitude and radius.',
  id: 'rules.location memerlukan tempat: lintang, bujur dan radius.',
}
export const locationAlone: Text = {
  en: 'Location must not be the only way: some phones have none, and some people keep theirs to themselves. Leave rules.rollCall on, or add a code or a network.',
  id: 'Lokasi tidak boleh menjadi satu-satunya cara: sebagian ponsel tidak punya, dan sebagian orang tidak membagikannya. Biarkan rules.rollCall menyala, atau tambahkan kode atau jaringan.',
}
export const notNetwork = (text: string, field = 'rules.network'): Text => ({
  en: `${field}: "${text}" is no network such as 10.20.0.0/16.`,
  id: `${field}: "${text}" bukan jaringan seperti 10.20.0.0/16.`,
})
export const nothingToReview: Text = {
  en: 'This record is not waiting for a review.',
  id: 'Catatan ini tidak sedang menunggu peninjauan.',
}
export const noCode: Text = {
  en: 'This session does not use a code.',
  id: 'Sesi ini tidak memakai kode.',
}
export const codeOver: Text = {
  en: 'This code is over: it changes every few seconds. Scan the one that is shown now.',
  id: 'Kode ini sudah lewat: kode berganti tiap beberapa detik. Pindai kode yang tampil sekarang.',
}
export const notOnNetwork: Text = {
  en: 'You are not on the campus network. Join the campus Wi-Fi, or use another way.',
  id: 'Anda tidak berada di jaringan kampus. Sambungkan ke Wi-Fi kampus, atau gunakan cara lain.',
}
export const noSuchFeed: Text = {
  en: 'This calendar address is not valid any more. Make a new one in Attendance.',
  id: 'Alamat kalender ini tidak berlaku lagi. Buat yang baru di Presensi.',
}
export const unreadableTimetable: Text = {
  en: 'Nothing in this file could be read as a timetable.',
  id: 'Tidak ada isi berkas ini yang dapat dibaca sebagai jadwal.',
}

export const accepted = (pending: boolean, late: boolean, out: boolean): Text => {
  if (pending) {
    return {
      en: 'Recorded. A teacher will have a look at it.',
      id: 'Tercatat. Pengajar akan meninjaunya.',
    }
  }
  if (out) return { en: 'You are checked out.', id: 'Anda sudah presensi keluar.' }
  return late
    ? { en: 'You are checked in, late.', id: 'Anda sudah presensi, terlambat.' }
    : { en: 'You are checked in.', id: 'Anda sudah presensi.' }
}

export const duplicate = (time: string, node: string): Text => ({
  en: `You did this already at ${time} (node ${node}). Nothing is missing.`,
  id: `Anda sudah melakukannya pukul ${time} (node ${node}). Tidak ada yang kurang.`,
})

const askTeacher = { en: 'Your teacher can mark you.', id: 'Pengajar dapat mencatat Anda.' }

/** What happened, and what to do. */
export function refusal(reason: Reason, metres: number | undefined): Text {
  const text = reason === 'outside' ? outside(metres) : refusals[reason]
  return { en: `${text.en} ${askTeacher.en}`, id: `${text.id} ${askTeacher.id}` }
}

function outside(metres: number | undefined): Text {
  const far =
    metres === undefined ? { en: 'too far', id: 'terlalu jauh' } : { en: inWords(metres), id: inWords(metres) }
  return {
    en: `You are about ${far.en} away from the place. Come closer and try again, or use another way.`,
    id: `Anda kira-kira ${far.id} dari tempatnya. Mendekatlah lalu coba lagi, atau gunakan cara lain.`,
  }
}

const refusals: Record<Exclude<Reason, 'outside'>, Text> = {
  not_open: { en: 'This session is not open yet.', id: 'Sesi ini belum dibuka.' },
  closed: { en: 'This session is closed.', id: 'Sesi ini sudah ditutup.' },
  not_listed: { en: 'You are not on the list of this session.', id: 'Anda tidak ada dalam daftar sesi ini.' },
  roll_call_only: {
    en: 'In this session the teacher calls the roll; there is nothing for you to do.',
    id: 'Pada sesi ini pengajar memanggil satu per satu; Anda tidak perlu melakukan apa-apa.',
  },
  too_many_tries: {
    en: 'Too many wrong codes. Scan the code, or wait ten minutes.',
    id: 'Terlalu banyak kode salah. Pindai kodenya, atau tunggu sepuluh menit.',
  },
  wrong_code: {
    en: 'This is not the code. Type the six letters that are shown now.',
    id: 'Kodenya salah. Ketik enam huruf yang tampil sekarang.',
  },
  code_expired: {
    en: 'This scan is over. Scan the code that is shown now.',
    id: 'Pindaian ini sudah lewat. Pindai kode yang tampil sekarang.',
  },
  scan_used: {
    en: 'Somebody else has used this scan. Scan the code yourself.',
    id: 'Pindaian ini sudah dipakai orang lain. Pindai kodenya sendiri.',
  },
  code_needed: {
    en: 'This session asks for the code that is shown. Scan or type it.',
    id: 'Sesi ini memerlukan kode yang ditampilkan. Pindai atau ketik kodenya.',
  },
  stale_location: {
    en: 'Your phone gave an old position. Step to a window and try again.',
    id: 'Ponsel Anda memberi posisi lama. Mendekatlah ke jendela lalu coba lagi.',
  },
  location_needed: {
    en: 'This session asks for your position. Allow it for this once, or use another way.',
    id: 'Sesi ini memerlukan posisi Anda. Izinkan sekali ini, atau gunakan cara lain.',
  },
  network_needed: {
    en: 'This session asks for the campus network. Join the campus Wi-Fi and try again.',
    id: 'Sesi ini memerlukan jaringan kampus. Sambungkan ke Wi-Fi kampus lalu coba lagi.',
  },
}
