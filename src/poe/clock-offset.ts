type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** `Date` has whole seconds only; a smaller difference of the clocks cannot be seen in it. */
const DATE_PRECISION_MS = 1000;

/**
 * Poe's clock minus ours, in ms, from the headers of an answer that came at `receivedAt`. Rows of
 * its ledger are dated by its clock. `x-q-stat` has the end of the call to the millisecond, but
 * its layout is undocumented; `Date` is the fallback.
 */
export function clockOffset(headers: Headers, receivedAt: number): number {
  const fields = typeof headers['x-q-stat'] === 'string' ? headers['x-q-stat'].split(',') : [];
  const end = fields.find((field) => /^\d{10}\.\d{1,6}$/.test(field));
  if (end !== undefined) return Number(end) * 1000 - receivedAt;
  const date = typeof headers.date === 'string' ? Date.parse(headers.date) : Number.NaN;
  const offset = date + DATE_PRECISION_MS / 2 - receivedAt;
  return Math.abs(offset) > DATE_PRECISION_MS ? offset : 0;
}
