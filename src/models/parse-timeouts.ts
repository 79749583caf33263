import type { ModelTimeouts } from './registered-model.ts';

/** Node's timers fire at once for what is longer than 24 days. */
const WEEK_SECONDS = 7 * 24 * 3600;
const MEMBERS = {
  connect: 'connectMs',
  headers: 'headersMs',
  first_token: 'firstTokenMs',
  idle: 'idleMs',
  call: 'callMs',
} as const satisfies Record<string, keyof ModelTimeouts>;

/** `timeouts: { first_token: 30, call: 900 }`, in seconds; problems go to `tell`. */
export function parseTimeouts(value: unknown, tell: (problem: string) => void): ModelTimeouts {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    tell('timeouts must be a map of seconds, such as { first_token: 30 }');
    return {};
  }
  const timeouts: Record<string, number> = {};
  for (const [member, seconds] of Object.entries(value)) {
    const name = Object.hasOwn(MEMBERS, member) && MEMBERS[member as keyof typeof MEMBERS];
    if (!name) tell(`unknown timeout "${member}": one of ${Object.keys(MEMBERS).join(', ')}`);
    else if (typeof seconds !== 'number' || !(seconds > 0) || seconds > WEEK_SECONDS) {
      tell(`the timeout ${member} must be a number of seconds above 0, such as 30`);
    } else timeouts[name] = seconds * 1000;
  }
  return timeouts;
}
