import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CONTESTANTS, PARSING } from '../contestants/contestants.ts';
import { CONVERSATION } from '../groups/conversation.ts';
import { IDLE } from '../groups/idle.ts';
import { JSON_REQUESTS } from '../groups/json.ts';
import { STREAMS } from '../groups/streams.ts';
import { checksOf } from '../report/checks-of.ts';
import { notices } from '../report/notices.ts';
import { runRounds, type Rounds } from '../run-rounds.ts';
import { quietRatios } from './quiet-ratios.ts';
import { withEquipment } from '../with-equipment.ts';
import { CHECKED, type Checked } from './checked.ts';
import { compare, type Expected } from './compare.ts';

/**
 * Whether the gateway is as fast as baseline.json says, by ratios to what runs beside it. Exits
 * with 1 if it surely is not, or if it failed. --short (BENCH_SHORT=1) looks at requests and streams
 * alone and takes 45 s; --write makes what
 * was measured the new baseline, margins as they were.
 */
const SUBJECT = 'poe-proxy';
const NEW_MARGIN = 0.25;
const file = new URL('../baseline.json', import.meta.url);
const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: process.env.BENCH_SHORT === '1' },
    write: { type: 'boolean', default: false },
  },
});
const hot = [
  { ...JSON_REQUESTS, only: ['bare', SUBJECT] },
  { ...STREAMS, only: ['bare', SUBJECT] },
];
const others = [
  { ...IDLE, only: ['nest', SUBJECT] },
  { ...CONVERSATION, only: [PARSING.name, SUBJECT] },
];
const groups = options.short ? hot : [...hot, ...others];
const plan = {
  rounds: options.short ? 2 : 7,
  isShort: true,
  scale: 1,
  groups,
  contestants: CONTESTANTS,
};
const baseline = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Expected>;

await withEquipment(
  (line) => {
    console.error(line);
  },
  async (equipment) => {
    const { rounds, problems } = await runRounds(plan, equipment);
    const verdicts = CHECKED.map((checked) => judge(checked, rounds));
    if (options.write) writeBaseline(rounds);
    const isPinned = equipment.pinning.contestant.length > 0;
    for (const notice of notices(checksOf(rounds), isPinned)) console.log(`NOTICE: ${notice}`);
    for (const problem of problems) console.log(`PROBLEM: ${problem}`);
    if (problems.length > 0 || verdicts.includes('worse')) process.exitCode = 1;
  },
);

function judge(checked: Checked, rounds: Rounds): string {
  const expected = baseline[checked.figure];
  if (!expected) return 'new';
  // The short form leaves some out.
  if (!rounds[SUBJECT]?.some((values) => checked.figure in values)) return 'not measured';
  const { verdict, limit, measured } = compare(quietRatios(checked, SUBJECT, rounds), expected);
  const numbers = measured
    ? `${measured.median.toFixed(2)} (${measured.min.toFixed(2)} to ${measured.max.toFixed(2)})`
    : '-';
  console.log(
    `${checked.title}: ${numbers} × ${checked.reference}, limit ${limit.toFixed(2)}: ${verdict}`,
  );
  return verdict;
}

function writeBaseline(rounds: Rounds): void {
  const entries = CHECKED.flatMap((checked) => {
    const { measured } = compare(quietRatios(checked, SUBJECT, rounds), { ratio: 0, margin: 0 });
    const before = baseline[checked.figure];
    if (!measured) return before ? [[checked.figure, before] as const] : [];
    const margin = before?.margin ?? NEW_MARGIN;
    return [[checked.figure, { ratio: Number(measured.median.toFixed(2)), margin }] as const];
  });
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
