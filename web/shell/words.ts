import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'lang.name': 'English',
  'lang.switch': 'Language',

  'theme.switch': 'Appearance',
  'theme.system': 'Automatic',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'app.skip': 'Skip to the page',
  'nav.label': 'Main pages',
  'nav.today': 'Today',
  'nav.discussion': 'Discussion',
  'nav.reports': 'Reports',
  'nav.attendance': 'Attendance',
  'nav.drops': 'Drops',
  'nav.cluster': 'Cluster',
  'nav.jobs': 'Jobs',
  'nav.health': 'Health',
  'nav.more': 'More pages',
  'nav.me': 'You, your devices and data',
  'nav.classes': 'Classes',
  'nav.people': 'People',

  'app.menu': 'Account and settings',
  'app.version': 'Version {version}',

  'error.page': 'This page stopped working. What you sent is safe; load the page again.',
  'error.ended': 'The server closed this connection: {reason}. Load the page again to go on.',

  'page.missing.title': 'There is no such page',
  'page.missing.text': 'The address “{path}” leads nowhere. It may have been mistyped, or the page is gone.',
  'page.missing.home': 'Go to the start',

  'sign.out': 'Sign out',
  'sign.out.unsent': {
    one: '{n} message is not sent yet. It stays on this device until you sign in here again.',
    other: '{n} messages are not sent yet. They stay on this device until you sign in here again.',
  },

  'net.starting': 'Connecting…',
  'net.live': 'Live',
  'net.catching_up': 'Catching up',
  'net.offline': 'Offline',
  'net.ended': 'Closed',
  'net.catching_up.text': 'Catching up. What you sent is safe and arrives in order.',
  'net.offline.text':
    'Offline. You can go on writing: messages are kept on this device and sent, in order and once, when the connection is back.',
  'net.unreachable': 'The server doesn’t answer yet. Trying again by itself…',

  'node.title': 'Where you are connected',
  'node.node': 'Node',
  'node.version': 'Version',
  'node.since': 'Connected since',
  'node.roundTrip': 'Round trip',
  'node.roundTrip.hover': 'To {node} and back takes {ms} ms.',
  'node.lag': 'Behind',
  'node.behind': '{ms} ms behind',
  'node.current': 'up to date',
  'node.lag.none': '{node} shows all that is confirmed anywhere: nothing came late in the last 10 seconds.',
  'node.lag.hover':
    'What anybody confirms, at any node, is shown by {node} within {ms} ms: the worst of the last 10 seconds.',
  'node.lag.unknown': '{node} can’t look at the log now, so it can’t tell how far behind it is.',
  'node.map': 'Watch the cluster live',
  'node.proof': 'Have its promises proven',
  'node.ms': '{ms} ms',
  'node.all': 'All nodes',
  'node.you': 'you',
  'node.leader': 'leads',
  'node.started': 'up since {time}',
  'node.connections': { one: '{n} connection', other: '{n} connections' },
  'node.text':
    'Every node serves every conversation. If this one fails, you go on at another without losing a message.',

  'secure.title': 'Not a secure connection yet',
  'secure.text':
    'Until this address uses HTTPS, the camera, location and notifications are off. Everything else works.',
  'secure.link': 'How to turn it on',
  'secure.dismiss': 'Hide this note',

  'version.ready': 'A new version is ready.',
  'version.take': 'Use it now',

  'bell.title': 'Notifications',
  'bell.unread': { one: 'Notifications, {n} new', other: 'Notifications, {n} new' },
  'bell.new': 'new',
  'bell.none': 'Nothing yet. What concerns you will be told here.',
  'bell.allRead': 'Mark all as read',
  'bell.older': 'Older ones',
  'bell.all': 'All notifications',
  'bell.settings': 'Settings',

  'find.open': 'anything that is here',
  'find.short': 'Find',
  'find.title': 'Find',
  'find.placeholder': 'A page, a message, a report …',
  'find.pages': 'Page',
  'find.channels': 'Channel',
  'find.actions': 'Action',
  'find.messages': 'Message',
  'find.reports': 'Report',
  'find.sessions': 'Session',
  'find.drops': 'Drop',
  'find.messagesOf': 'Search messages for “{q}”',
  'find.asking': 'Searching …',
  'find.partly': 'Some of it could not be searched just now. Type again to try once more.',
  'find.count': { one: '{n} result', other: '{n} results' },
  'find.none': 'Nothing fits. Try fewer letters.',
  'find.speak.en': 'Speak English',
  'find.speak.id': 'Pakai Bahasa Indonesia',

  'net.waiting': {
    one: '{n} message waits on this device.',
    other: '{n} messages wait on this device.',
  },
} as const

export const id: Translation<typeof en> = {
  'lang.name': 'Bahasa Indonesia',
  'lang.switch': 'Bahasa',

  'theme.switch': 'Tampilan',
  'theme.system': 'Otomatis',
  'theme.light': 'Terang',
  'theme.dark': 'Gelap',

  'app.skip': 'Langsung ke isi halaman',
  'nav.label': 'Halaman utama',
  'nav.today': 'Hari ini',
  'nav.discussion': 'Diskusi',
  'nav.reports': 'Laporan',
  'nav.attendance': 'Presensi',
  'nav.drops': 'Drop',
  'nav.cluster': 'Klaster',
  'nav.jobs': 'Pekerjaan',
  'nav.health': 'Kesehatan',
  'nav.more': 'Halaman lain',
  'nav.me': 'Anda, perangkat, dan data Anda',
  'nav.classes': 'Kelas',
  'nav.people': 'Warga',

  'app.menu': 'Akun dan pengaturan',
  'app.version': 'Versi {version}',

  'error.page': 'Halaman ini berhenti bekerja. Yang sudah Anda kirim aman; muat ulang halaman.',
  'error.ended': 'Server menutup sambungan ini: {reason}. Muat ulang halaman untuk melanjutkan.',

  'page.missing.title': 'Halaman tidak ditemukan',
  'page.missing.text': 'Alamat “{path}” tidak mengarah ke mana pun. Mungkin salah ketik, atau halamannya sudah tiada.',
  'page.missing.home': 'Ke halaman awal',

  'sign.out': 'Keluar',
  'sign.out.unsent': {
    other: '{n} pesan belum terkirim. Pesan disimpan di perangkat ini sampai Anda masuk lagi di sini.',
  },

  'net.starting': 'Menghubungkan…',
  'net.live': 'Langsung',
  'net.catching_up': 'Mengejar',
  'net.offline': 'Luring',
  'net.ended': 'Ditutup',
  'net.catching_up.text': 'Mengejar ketinggalan. Yang Anda kirim aman dan tiba berurutan.',
  'net.offline.text':
    'Luring. Anda tetap bisa menulis: pesan disimpan di perangkat ini, lalu dikirim berurutan dan sekali saja begitu tersambung lagi.',
  'net.unreachable': 'Server belum menjawab. Mencoba lagi dengan sendirinya…',

  'node.title': 'Tempat Anda tersambung',
  'node.node': 'Simpul',
  'node.version': 'Versi',
  'node.since': 'Tersambung sejak',
  'node.roundTrip': 'Pulang pergi',
  'node.roundTrip.hover': 'Ke {node} dan kembali perlu {ms} md.',
  'node.lag': 'Tertinggal',
  'node.behind': 'tertinggal {ms} md',
  'node.current': 'mutakhir',
  'node.lag.none': '{node} menampilkan semua yang sudah dipastikan: tidak ada yang terlambat dalam 10 detik terakhir.',
  'node.lag.hover':
    'Yang dipastikan siapa pun, di simpul mana pun, ditampilkan {node} dalam {ms} md: yang terlama dalam 10 detik terakhir.',
  'node.lag.unknown': '{node} sedang tidak bisa melihat catatan, jadi tidak tahu seberapa jauh tertinggal.',
  'node.map': 'Pantau klaster langsung',
  'node.proof': 'Uji janji-janjinya',
  'node.ms': '{ms} md',
  'node.all': 'Semua simpul',
  'node.you': 'Anda',
  'node.leader': 'memimpin',
  'node.started': 'menyala sejak {time}',
  'node.connections': { other: '{n} sambungan' },
  'node.text':
    'Setiap simpul melayani semua percakapan. Bila simpul ini mati, Anda lanjut di simpul lain tanpa kehilangan pesan.',

  'secure.title': 'Sambungan belum aman',
  'secure.text':
    'Selama alamat ini belum memakai HTTPS, kamera, lokasi, dan notifikasi mati. Yang lain tetap berfungsi.',
  'secure.link': 'Cara menyalakannya',
  'secure.dismiss': 'Sembunyikan catatan ini',

  'version.ready': 'Versi baru sudah siap.',
  'version.take': 'Pakai sekarang',

  'bell.title': 'Notifikasi',
  'bell.unread': { other: 'Notifikasi, {n} baru' },
  'bell.new': 'baru',
  'bell.none': 'Belum ada. Yang menyangkut Anda akan disampaikan di sini.',
  'bell.allRead': 'Tandai semua dibaca',
  'bell.older': 'Yang lebih lama',
  'bell.all': 'Semua notifikasi',
  'bell.settings': 'Pengaturan',

  'find.open': 'apa pun yang ada di sini',
  'find.short': 'Cari',
  'find.title': 'Cari',
  'find.placeholder': 'Halaman, pesan, laporan …',
  'find.pages': 'Halaman',
  'find.channels': 'Kanal',
  'find.actions': 'Tindakan',
  'find.messages': 'Pesan',
  'find.reports': 'Laporan',
  'find.sessions': 'Sesi',
  'find.drops': 'Drop',
  'find.messagesOf': 'Cari pesan berisi “{q}”',
  'find.asking': 'Mencari …',
  'find.partly': 'Sebagian belum bisa dicari saat ini. Ketik lagi untuk mencoba sekali lagi.',
  'find.count': { other: '{n} hasil' },
  'find.none': 'Tidak ada yang cocok. Coba huruf lebih sedikit.',
  'find.speak.en': 'Speak English',
  'find.speak.id': 'Pakai Bahasa Indonesia',

  'net.waiting': { other: '{n} pesan menunggu di perangkat ini.' },
}

export const { useSay, useWords, sayIn } = speak({ en, id })
