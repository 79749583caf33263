/** `12,345`, as people are shown points and tokens everywhere. */
export function writePoints(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
