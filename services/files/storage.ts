/**
 * Where the bytes of files are: a folder that all nodes share, or anything that speaks S3. Names are ours, never a
 * user's; access is decided before anybody comes here. Both kinds pass `storage.contract.ts`.
 */
export { diskStorage } from './storage/disk'
export { StorageFull, type Range, type Storage } from './storage/kind'
export { s3Storage, type S3Settings } from './storage/s3'
