/** One for all: to make one costs fifty times as much as to use it. */
const FORMAT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`, as people are shown points and tokens everywhere. */
export function writePoints(value: number): string {
  return FORMAT.format(Math.round(value));
}
