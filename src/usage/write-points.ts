const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

/** `12,345`, as people are shown points and tokens everywhere. By hand: Intl takes 2 µs for each. */
export function writePoints(value: number): string {
  return String(Math.round(value)).replace(THOUSANDS, ',');
}
