/** Keep whatever stands between from holding a stream back; the last is nginx's word for it. */
export const STREAM_HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;
