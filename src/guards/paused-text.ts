import { writePoints } from '../usage/write-points.ts';

/** What users read instead of an answer while spending is stopped. */
export function pausedText(available: number | undefined, cutoff: number): string {
  const what = 'No model was called and nothing was spent.';
  if (available === undefined) {
    return `Paused: this gateway cannot read its Poe balance at the moment. ${what} It goes on by itself as soon as the balance can be read.`;
  }
  return `Paused: the Poe balance of this gateway is ${writePoints(available)} points, below its cutoff of ${writePoints(cutoff)}. ${what} It goes on by itself when points are added, or when its operator lowers POINTS_CUTOFF.`;
}
