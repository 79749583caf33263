import type { Checks } from './checks-of.ts';

/** Part of a core: below it something else was the limit than the contestant. */
const SATURATED = 0.95;
/** Of a core; the system itself takes some. */
const FOREIGN = 0.15;
const ALL_ARRIVED = 0.98;

/** What makes figures of a run worth less than they look. */
export function notices(checks: Checks, isPinned: boolean): string[] {
  return Object.entries(checks).flatMap(([name, columns]) =>
    Object.entries(columns).flatMap(([id, rounds]) => {
      const known = rounds.filter((value) => value !== null);
      const [least, most] = [Math.min(...known), Math.max(...known)];
      if (isPinned && id.startsWith('json-cores') && least < SATURATED) {
        return [`${name} had ${part(least)} of its core in a JSON test: something else was busy`];
      }
      if (isPinned && id.startsWith('frame-cores') && most > SATURATED) {
        return [`${name} needed its whole core for ${id.slice('frame-cores-'.length)} streams`];
      }
      if (id.startsWith('foreign-cores') && most > FOREIGN) {
        return [`others used ${part(most)} of a core beside ${name} (${id})`];
      }
      if (id.startsWith('frames-arrived') && least < ALL_ARRIVED) {
        return [`of ${name}'s frames ${part(least)} arrived in time (${id})`];
      }
      return [];
    }),
  );
}

function part(value: number): string {
  return `${(value * 100).toFixed(0)} %`;
}
