import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONTESTANTS, ON_REQUEST } from './contestants/contestants.ts';
import { GROUPS } from './groups/groups.ts';
import { HELP, parseOptions } from './options.ts';
import { installPeer } from './peers/install-peer.ts';
import { barChart } from './report/bar-chart.ts';
import { describeMachine } from './report/describe-machine.ts';
import { toResults } from './report/results.ts';
import { textTable } from './report/text-table.ts';
import { runRounds } from './run-rounds.ts';
import { withEquipment } from './with-equipment.ts';

/** Measures the gateway beside others, in one run, and writes results.json and charts/. */
const PEERS = ['portkey'];
const KNOWN = [...CONTESTANTS, ...ON_REQUEST];
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const say = (line: string) => {
  console.error(line);
};

const options = readOptions();
// A figure out of a part of them would replace what a whole run has shown.
const isWhole =
  !options.isShort &&
  options.only.length === GROUPS.length &&
  options.contestants.length >= CONTESTANTS.length;
const names = options.contestants.filter((name) => !PEERS.includes(name) || installPeer(name, say));
const contestants = [...KNOWN.filter(({ name }) => names.includes(name)), ...options.also];
const groups = GROUPS.filter(({ name }) => options.only.includes(name));

await withEquipment(
  say,
  async (equipment) => {
    const { rounds, problems } = await runRounds({ ...options, groups, contestants }, equipment);
    const results = toResults(rounds, {
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(equipment.pinning),
      isShort: options.isShort,
      contestants: Object.fromEntries(contestants.map((one) => [one.name, one.description])),
      problems,
    });
    console.log(textTable(results));
    const folder = isWhole ? '.' : './partial';
    mkdirSync(pathOf(`${folder}/charts`), { recursive: true });
    writeFileSync(pathOf(`${folder}/results.json`), `${JSON.stringify(results, null, 2)}\n`);
    for (const figure of results.figures) {
      writeFileSync(pathOf(`${folder}/charts/${figure.id}.svg`), barChart(figure));
    }
    say(`written: ${pathOf(folder)}/results.json and charts`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  },
  options.upstreamPort,
);

function readOptions() {
  try {
    const parsed = parseOptions(process.argv.slice(2), {
      groups: GROUPS.map(({ name }) => name),
      contestants: CONTESTANTS.map(({ name }) => name),
      onRequest: ON_REQUEST.map(({ name }) => name),
    });
    if (parsed !== 'help') return parsed;
    console.log(HELP);
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  }
  return process.exit();
}
