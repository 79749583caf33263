import type { Page, PageRequest } from '../store/page.ts';
import type { Command, Given, Services } from './command.ts';
import { readDays } from './read-days.ts';
import { readUsageOptions } from './read-usage-options.ts';

const LIMITS = ['requests-per-minute', 'tokens-per-minute', 'max-streams'];
const SUBJECTS = ['team', 'key', 'model'];
const PAGE_ROWS = 1000;
/** A day. */
const DEFAULT_GRACE_SECONDS = '86400';

export const COMMANDS: readonly Command[] = [
  {
    name: 'keys create',
    summary: 'makes a key, and shows it this once',
    options: ['name', 'team', 'models', 'expires', 'footer', 'heartbeat', ...LIMITS],
    async run({ keys }, { actor, options }) {
      const { key, text } = await keys.create(actor, toInput(options));
      return { ...key, value: text };
    },
  },
  {
    name: 'keys list',
    summary: 'lists the keys, the oldest first',
    options: ['team'],
    run: ({ keys }, { options }) => everything((page) => keys.list(page, options.team)),
  },
  {
    name: 'keys rotate',
    summary: 'gives a key a new secret; the old one is good for a day, or --grace-seconds',
    options: ['grace-seconds'],
    positional: 'id',
    async run({ keys }, { actor, options, subject }) {
      const grace = Number(options.grace_seconds ?? DEFAULT_GRACE_SECONDS);
      const { key, text } = await keys.rotate(actor, subject, grace * 1000);
      return { ...key, value: text };
    },
  },
  {
    name: 'keys disable',
    summary: 'lets nobody in with a key any more',
    options: [],
    positional: 'id',
    run: ({ keys }, { actor, subject }) => keys.disable(actor, subject),
  },
  {
    name: 'keys delete',
    summary: 'deletes a key for good',
    options: [],
    positional: 'id',
    run: ({ keys }, given) => deleted(given, keys),
  },
  {
    name: 'teams create',
    summary: 'makes a team',
    options: ['poe-account'],
    positional: 'name',
    run: ({ teams }, { actor, options, subject }) =>
      teams.create(actor, { name: subject, ...options }),
  },
  {
    name: 'teams list',
    summary: 'lists the teams',
    options: [],
    run: ({ teams }) => everything((page) => teams.list(page)),
  },
  {
    name: 'teams delete',
    summary: 'deletes a team that has no keys',
    options: [],
    positional: 'name',
    run: ({ teams }, given) => deleted(given, teams),
  },
  {
    name: 'budgets set',
    summary: 'makes or changes the budget of a team, a key (its id) or a model',
    options: [...SUBJECTS, 'period', 'points'],
    run: setBudget,
  },
  {
    name: 'budgets list',
    summary: 'lists the budgets',
    options: [],
    run: ({ budgets }) => everything((page) => budgets.list(page)),
  },
  {
    name: 'budgets delete',
    summary: 'deletes a budget',
    options: [],
    positional: 'id',
    run: ({ budgets }, given) => deleted(given, budgets),
  },
  {
    name: 'usage',
    summary: 'tells what was spent, by some of day, team, key, model (--group-by day,team)',
    options: ['group-by', 'from', 'to', ...SUBJECTS],
    run({ reports }, { options }) {
      const query = readUsageOptions(options);
      return everything((page) => reports.usage(page, query));
    },
  },
  {
    name: 'reconciliation',
    summary: "compares the ledger with Poe's, by day (UTC, --to included) and account",
    options: ['from', 'to'],
    run: ({ reconciliation }, { options }) => reconciliation.days(readDays(options)),
  },
];

async function setBudget({ budgets }: Services, { actor, options }: Given): Promise<unknown> {
  const input = toInput(options);
  const all = await everything((page) => budgets.list(page));
  const there = all.find(
    ({ scope, subject, period }) => input[scope] === subject && input.period === period,
  );
  return there
    ? budgets.update(actor, there.id, { points: input.points })
    : budgets.create(actor, input);
}

async function deleted(
  { actor, subject }: Given,
  service: { delete(actor: string, id: string): Promise<void> },
): Promise<unknown> {
  await service.delete(actor, subject);
  return { id: subject, deleted: true };
}

async function everything<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const { data, next } = await list({ limit: PAGE_ROWS, after });
    all.push(...data);
    after = next ?? undefined;
  } while (after !== undefined);
  return all;
}

/** What was typed as the admin API would have it: numbers are numbers, patterns a list. */
function toInput({ models, ...options }: Given['options']): Record<string, unknown> {
  const entries = Object.entries(options).map(([name, value]) => [
    name,
    isNumeric(name) && /^\d+$/.test(value) ? Number(value) : value,
  ]);
  return {
    ...(Object.fromEntries(entries) as Record<string, unknown>),
    ...(models !== undefined && { models: models.split(',').map((one) => one.trim()) }),
  };
}

function isNumeric(name: string): boolean {
  return name === 'points' || LIMITS.includes(name.replaceAll('_', '-'));
}
