/** Whole points, rounded up. @throws RangeError for what is no amount: it must never count as nothing */
export function toPoints(points: number): number {
  if (!(points >= 0)) throw new RangeError(`${points} is no amount of points`);
  return Math.min(Math.ceil(points), Number.MAX_SAFE_INTEGER);
}

/** What is held for a request: never nothing, or those that look free would pass a spent budget. */
export function toHold(points: number): number {
  return Math.max(1, toPoints(points));
}
