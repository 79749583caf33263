const SIGNIFICANT = 3;

/** With as many digits as a measurement deserves, and thousands set apart. */
export function showNumber(value: number): string {
  const digits = Math.max(0, SIGNIFICANT - 1 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: Math.min(digits, 2),
  });
}
