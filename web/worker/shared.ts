/**
 * Photos that another app on the phone shares with this one. The phone posts them to an address; they are kept here until
 * the page takes them. The server never sees that request.
 */
export const sharedCache = 'alun-shared'
const at = (index: number): string => `/shared/${index}`
const most = 5

/** For the worker: keeps them, and sends the phone on to the page. */
export async function keepShared(request: Request): Promise<Response> {
  const form = await request.formData()
  const photos = form.getAll('photos').filter((entry) => entry instanceof File)
  await caches.delete(sharedCache)
  const cache = await caches.open(sharedCache)
  for (const [index, photo] of photos.slice(0, most).entries()) {
    const headers = { 'content-type': photo.type, 'x-name': encodeURIComponent(photo.name) }
    await cache.put(at(index), new Response(photo, { headers }))
  }
  return Response.redirect('/reports/new?shared', 303)
}

/** For the page: what was shared, once. */
export async function takeShared(): Promise<File[]> {
  if (!('caches' in globalThis)) return []
  const cache = await caches.open(sharedCache)
  const photos: File[] = []
  for (let index = 0; index < most; index++) {
    const kept = await cache.match(at(index))
    if (!kept) break
    const { type } = await kept.clone().blob()
    photos.push(new File([await kept.blob()], decodeURIComponent(kept.headers.get('x-name') ?? ''), { type }))
  }
  await caches.delete(sharedCache)
  return photos
}
