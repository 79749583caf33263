import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxOptions } from '../../sandbox/start-sandbox.ts';
import { chat, ask } from '../support/chat.ts';
import { until } from '../support/until.ts';
import { BUSY_MS, OTHER_KEY, startDeployment, type Deployment } from './deployment.ts';
import { billOf, booksOf, budgetsIn, countBy, type Books } from './figures.ts';
import { Traffic, type Wish } from './traffic.ts';

/** Of what is held, in Redis, and of a process, in the database; then its rows are lost. */
const LEASE_MS = 15_000;
const LOST_AFTER_MS = LEASE_MS + 15_000 + 10_000;
/** For a machine that is busy. */
const SLACK_MS = 15_000;
const ANSWERS_BETWEEN = 40;

export interface CrashPlan {
  readonly kills: number;
  readonly clients: number;
  readonly ledgerLagMs: SandboxOptions['ledgerLagMs'];
  /** How long a row reads 0 points under `zero-first`. */
  readonly zeroMs: number;
  /** Minutes are not waited for: the clocks of the gateways and the leases are moved. */
  readonly movesClock: boolean;
  /** For the ledger to be right, from the last answer on. */
  readonly reconciledWithinMs: number;
  readonly say: (text: string) => void;
}

export interface CrashFigures {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly books: Books;
  readonly bill: number;
  /** Calls of Poe's chat that gateways made, and rows of requests. */
  readonly calls: number;
  readonly rows: number;
  /** Points in the shared budgets. */
  readonly spent: number;
  readonly held: number;
  readonly complaints: readonly string[];
}

/**
 * Kills one gateway of three after the other in mid-stream, under load, each time starting it anew,
 * with a ledger of Poe's that disappoints in every way it can, then waits until the books are right.
 * @throws what was waited for in vain
 */
export async function crash(plan: CrashPlan): Promise<CrashFigures> {
  const deployment = await startDeployment({
    budgets: { data: 1e7, ops: 1e7 },
    hasMovableClock: plan.movesClock,
    environment: { RECONCILIATION_INTERVAL_SECONDS: '1', RECONCILIATION_GRACE_MINUTES: '1' },
    sandbox: { ledgerLagMs: plan.ledgerLagMs },
  });
  try {
    const traffic = new Traffic(deployment, plan.clients, (number) => wish(number, plan.zeroMs));
    const others = new Others(deployment);
    for (let kill = 0; kill < plan.kills; kill++) {
      await killOne(deployment, traffic, kill);
      plan.say(`${kill + 1} killed, ${traffic.outcomes.length} answers`);
    }
    await traffic.stop();
    await others.stop();
    await until(
      'nothing is held any more',
      async () => (await budgetsIn(deployment.redis)).held === 0,
      LEASE_MS + SLACK_MS,
    );
    plan.say('nothing is held');
    await settle(deployment, plan);
    return await figuresOf(deployment, traffic);
  } finally {
    await deployment.close();
  }
}

function wish(number: number, zeroMs: number): Wish {
  const ledger = LEDGERS[number % LEDGERS.length];
  const trouble = ledger === undefined ? '' : `ledger=${ledger} zero=${zeroMs}`;
  return {
    steps: `ok tokens=${20 + (number % 40)} delay=10 ${trouble}`,
    stream: number % 4 !== 0,
    leaves: number % 16 === 9,
  };
}

/** How Poe's entries come. */
const LEDGERS = [undefined, 'zero-first', undefined, 'swapped', undefined, 'duplicate', undefined];

/** With answers of its own behind it, and streams under way. */
async function killOne(
  { replicas, sandbox }: Deployment,
  traffic: Traffic,
  kill: number,
): Promise<void> {
  const target = replicas[kill % replicas.length];
  if (!target) throw new Error('there is nobody to kill');
  const before = traffic.outcomes.length;
  await until(
    'there was traffic',
    () => traffic.outcomes.length >= before + ANSWERS_BETWEEN,
    BUSY_MS,
  );
  await until('streams are under way', () => sandbox.openCalls() > 3, BUSY_MS);
  await target.kill();
  await target.start();
}

/** Somebody else who uses the account, through another key and in the web chat. */
class Others {
  readonly #isDone: Promise<void>;
  #isOver = false;

  constructor(deployment: Deployment) {
    this.#isDone = this.#run(deployment);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#isDone;
  }

  async #run({ sandbox }: Deployment): Promise<void> {
    for (let number = 0; !this.#isOver; number++) {
      const body = ask(`ok tokens=${20 + (number % 40)} delay=10 id=other-${number}`);
      await chat(sandbox.url, body, { authorization: `Bearer ${OTHER_KEY}` });
      sandbox.addLedgerRow({ usage_type: 'Chat', cost_points: number });
    }
  }
}

async function settle(deployment: Deployment, plan: CrashPlan): Promise<void> {
  const { database, replicas } = deployment;
  if (plan.movesClock) {
    await database.kysely
      .updateTable('leases')
      .set(({ eb }) => ({ expires_at: eb('expires_at', '-', LOST_AFTER_MS) }))
      .where('name', 'like', 'instance:%')
      .execute();
  }
  const isSettled = async () => ((await booksOf(deployment)).statuses.open ?? 0) === 0;
  await until('no row is open', isSettled, LOST_AFTER_MS + SLACK_MS);
  plan.say('no row is open');
  await until(
    'all that Poe billed was read',
    async () => (await booksOf(deployment)).entries === deployment.sandbox.ledger.length,
    plan.ledgerLagMs[1] + BUSY_MS,
  );
  plan.say('all entries are there');
  if (plan.movesClock) for (const replica of replicas) replica.moveClock();
  let said = '';
  await until(
    'the books agree with the bill',
    async () => {
      await sleep(200);
      const { booked, external, pending } = await booksOf(deployment);
      const bill = billOf(deployment);
      const text = `${booked} booked + ${external} external of ${bill}, ${pending} entries pending`;
      if (text !== said) plan.say(text);
      said = text;
      return pending === 0 && booked + external === bill;
    },
    plan.reconciledWithinMs,
  ).catch(async (error: unknown) => {
    throw new Error(`${said}; ${await withoutEntry(deployment)}`, { cause: error });
  });
}

/** Requests that still cost something for which Poe has no entry. */
async function withoutEntry({ database: { kysely } }: Deployment): Promise<string> {
  const rows = await kysely
    .selectFrom('requests')
    .leftJoin('calls', 'calls.request_id', 'requests.id')
    .select(['status', 'requests.points', 'calls.points as of_call', 'calls.grade', 'calls.bot'])
    .where('calls.query_id', 'is', null)
    .where('requests.points', '<>', 0)
    .execute();
  return JSON.stringify(rows);
}

async function figuresOf(deployment: Deployment, traffic: Traffic): Promise<CrashFigures> {
  const { sandbox, redis, replicas } = deployment;
  const isOurs = ({ headers }: (typeof sandbox.journal)[number]) =>
    headers.authorization === 'Bearer sandbox-key';
  const chats = sandbox.journal.filter(({ path }) => path.endsWith('/chat/completions'));
  const books = await booksOf(deployment);
  return {
    outcomes: countBy(traffic.outcomes.map(String)),
    books,
    bill: billOf(deployment),
    calls: chats.filter(isOurs).length,
    rows: Object.values(books.statuses).reduce((sum, count) => sum + count, 0),
    ...(await budgetsIn(redis)),
    complaints: replicas.flatMap(({ complaints }) => complaints),
  };
}
