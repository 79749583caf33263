import fc from 'fast-check';

/** Bytes of a case, shown in a report as a text that can be put into a test. */
export interface Shown {
  readonly bytes: Buffer;
}

export function shown(arbitrary: fc.Arbitrary<Buffer>): fc.Arbitrary<Shown> {
  return arbitrary.map((bytes) => ({
    bytes,
    [fc.toStringMethod]: () => `Buffer.from(${JSON.stringify(bytes.toString('latin1'))}, 'latin1')`,
  }));
}

/**
 * Where to cut, by numbers that wrap around; `bytes` is everywhere, `odd` around all that is more
 * than one byte: line ends and characters beyond ASCII.
 */
export type Cuts = readonly number[] | 'bytes' | 'odd';

export const cuts: fc.Arbitrary<Cuts> = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.nat(99_999), { maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constant('odd' as const) },
  { weight: 1, arbitrary: fc.constant('bytes' as const) },
);

/** Longer cases are not cut into so many pieces: that takes long and shows nothing more. */
const MOST_PIECES = 20_000;

export function cutUp(bytes: Buffer, where: Cuts): Buffer[] {
  const places = placesOf(bytes, where).slice(0, MOST_PIECES);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

function placesOf(bytes: Buffer, where: Cuts): number[] {
  if (where === 'bytes') return [...bytes.keys()];
  if (where === 'odd')
    return [...bytes.keys()].filter((at) => isOdd(bytes[at]) || isOdd(bytes[at - 1]));
  return where.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
}

function isOdd(byte: number | undefined): boolean {
  return byte !== undefined && (byte === 0x0a || byte === 0x0d || byte >= 0x80);
}
