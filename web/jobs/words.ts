import type { Translation } from '../i18n/catalogue'
import { speak } from '../i18n/speak'

export const en = {
  title: 'Jobs',
  intro:
    'Work that is done after something was confirmed: photos, notifications, mail. A job outlives the node that runs it.',
  loading: 'Counting the jobs',
  refresh: 'Look again',
  'queues.title': 'Queues',
  'queue.name': 'Queue',
  'queue.waiting': 'Waiting',
  'queue.running': 'Running',
  'queue.done': 'Done just now',
  'queue.failed': 'Failed',
  'failed.title': 'Failed for good',
  'failed.none': 'No job has failed for good.',
  'failed.when': 'Failed',
  'failed.error': 'Why',
  'failed.data': 'What it was to do',
  'failed.attempts': 'Attempts',
  'failed.do': 'Settle',
  'job.actions': 'Settle this job of {queue}',
  'job.retry': 'Run again',
  'job.discard': 'Forget',
  'retry.done': 'The job waits for a worker again.',
  'discard.title': 'Forget this job?',
  'discard.text': 'What it was to do will not be done. This can’t be taken back.',
} as const

export const id: Translation<typeof en> = {
  title: 'Pekerjaan',
  intro:
    'Yang dikerjakan setelah sesuatu dipastikan: foto, notifikasi, surel. Pekerjaan tetap ada walau simpulnya mati.',
  loading: 'Menghitung pekerjaan',
  refresh: 'Lihat lagi',
  'queues.title': 'Antrean',
  'queue.name': 'Antrean',
  'queue.waiting': 'Menunggu',
  'queue.running': 'Berjalan',
  'queue.done': 'Baru selesai',
  'queue.failed': 'Gagal',
  'failed.title': 'Gagal untuk seterusnya',
  'failed.none': 'Tidak ada pekerjaan yang gagal untuk seterusnya.',
  'failed.when': 'Gagal pada',
  'failed.error': 'Sebab',
  'failed.data': 'Yang seharusnya dikerjakan',
  'failed.attempts': 'Percobaan',
  'failed.do': 'Tangani',
  'job.actions': 'Tangani pekerjaan {queue} ini',
  'job.retry': 'Kerjakan lagi',
  'job.discard': 'Lupakan',
  'retry.done': 'Pekerjaan menunggu pekerja lagi.',
  'discard.title': 'Lupakan pekerjaan ini?',
  'discard.text': 'Yang seharusnya dikerjakan tidak akan dikerjakan. Ini tidak dapat dibatalkan.',
}

export const { useSay, useWords } = speak({ en, id })
