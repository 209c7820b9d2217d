import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  'trust.title': 'Trust this campus’s certificate',
  'trust.intro':
    'This server has its own certificate authority, made on this network. Once your device trusts it, the connection is encrypted and verified, and the camera, location and notifications work.',
  'trust.warning':
    'Install it only if the person who runs this server gave you this address. Whoever holds an authority that you trust can vouch for any site.',
  'trust.download': 'Download the certificate',
  'trust.file': 'The file is called ca.crt.',
  'trust.after': 'When it is done, open this site again with https:// in front.',
  'trust.undo': 'You can remove the certificate at any time in the same place where you installed it.',
  'trust.back': 'Back to Alun',
  'trust.android': 'Android',
  'trust.android.1': 'Download the certificate above.',
  'trust.android.2':
    'Open Settings and search for “CA certificate” (usually Security → More security settings → Encryption & credentials → Install a certificate → CA certificate).',
  'trust.android.3': 'Confirm the warning, unlock the screen and choose ca.crt.',
  'trust.ios': 'iPhone and iPad',
  'trust.ios.1': 'Open this page in Safari and download the certificate above. Allow the profile.',
  'trust.ios.2': 'Settings → General → VPN & Device Management → the profile → Install.',
  'trust.ios.3': 'Settings → General → About → Certificate Trust Settings: turn the certificate on.',
  'trust.windows': 'Windows',
  'trust.windows.1': 'Download the certificate above and open it, then choose “Install Certificate”.',
  'trust.windows.2':
    'Choose “Current User”, then “Place all certificates in the following store” → “Trusted Root Certification Authorities”.',
  'trust.windows.3': 'Confirm, and start the browser again. Firefox has its own list: see below.',
  'trust.macos': 'macOS',
  'trust.macos.1': 'Download the certificate above and open it: Keychain Access adds it.',
  'trust.macos.2': 'Find it in the keychain, open it, and under “Trust” choose “Always Trust”.',
  'trust.macos.3': 'Start the browser again. Firefox has its own list: see below.',
  'trust.linux': 'Linux and Firefox',
  'trust.linux.1':
    'Firefox on any system: Settings → Privacy & Security → Certificates → View Certificates → Authorities → Import, then tick “Trust this CA to identify websites”.',
  'trust.linux.2':
    'Chrome and Chromium on Linux: Settings → Privacy and security → Security → Manage certificates → Installed by you → Import.',
  'trust.linux.3':
    'The whole system on Debian and Ubuntu: copy it to /usr/local/share/ca-certificates/alun.crt and run “sudo update-ca-certificates”.',
} as const

export const id: Translation<typeof en> = {
  'trust.title': 'Percayai sertifikat kampus ini',
  'trust.intro':
    'Server ini punya otoritas sertifikat sendiri, dibuat di jaringan ini. Setelah perangkat Anda memercayainya, sambungan terenkripsi dan terverifikasi, dan kamera, lokasi, serta notifikasi berfungsi.',
  'trust.warning':
    'Pasang hanya bila pengelola server ini yang memberi Anda alamat ini. Pemegang otoritas yang Anda percayai dapat menjamin situs mana pun.',
  'trust.download': 'Unduh sertifikat',
  'trust.file': 'Nama berkasnya ca.crt.',
  'trust.after': 'Setelah selesai, buka lagi situs ini dengan https:// di depannya.',
  'trust.undo': 'Anda dapat menghapus sertifikat kapan saja di tempat yang sama dengan saat memasangnya.',
  'trust.back': 'Kembali ke Alun',
  'trust.android': 'Android',
  'trust.android.1': 'Unduh sertifikat di atas.',
  'trust.android.2':
    'Buka Setelan dan cari “sertifikat CA” (biasanya Keamanan → Setelan keamanan lainnya → Enkripsi & kredensial → Instal sertifikat → Sertifikat CA).',
  'trust.android.3': 'Setujui peringatannya, buka kunci layar, lalu pilih ca.crt.',
  'trust.ios': 'iPhone dan iPad',
  'trust.ios.1': 'Buka halaman ini di Safari dan unduh sertifikat di atas. Izinkan profilnya.',
  'trust.ios.2': 'Pengaturan → Umum → VPN & Manajemen Perangkat → profil itu → Instal.',
  'trust.ios.3': 'Pengaturan → Umum → Mengenai → Pengaturan Kepercayaan Sertifikat: nyalakan sertifikatnya.',
  'trust.windows': 'Windows',
  'trust.windows.1': 'Unduh sertifikat di atas dan buka, lalu pilih “Install Certificate”.',
  'trust.windows.2':
    'Pilih “Current User”, lalu “Place all certificates in the following store” → “Trusted Root Certification Authorities”.',
  'trust.windows.3': 'Setujui, lalu buka ulang peramban. Firefox punya daftar sendiri: lihat di bawah.',
  'trust.macos': 'macOS',
  'trust.macos.1': 'Unduh sertifikat di atas dan buka: Keychain Access menambahkannya.',
  'trust.macos.2': 'Temukan di keychain, buka, dan pada “Trust” pilih “Always Trust”.',
  'trust.macos.3': 'Buka ulang peramban. Firefox punya daftar sendiri: lihat di bawah.',
  'trust.linux': 'Linux dan Firefox',
  'trust.linux.1':
    'Firefox di sistem apa pun: Setelan → Privasi & Keamanan → Sertifikat → Tampilkan Sertifikat → Otoritas → Impor, lalu centang “Percayai CA ini untuk mengidentifikasi situs web”.',
  'trust.linux.2':
    'Chrome dan Chromium di Linux: Setelan → Privasi dan keamanan → Keamanan → Kelola sertifikat → Diinstal oleh Anda → Impor.',
  'trust.linux.3':
    'Seluruh sistem di Debian dan Ubuntu: salin ke /usr/local/share/ca-certificates/alun.crt lalu jalankan “sudo update-ca-certificates”.',
}

export const { useSay } = speak({ en, id })
