import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../sandbox/start-sandbox.ts';
import { environmentFor, run, urlsOf, type Process } from '../support/run-gateway.ts';
import { until } from '../support/until.ts';
import { runClient } from './client.ts';
import { plan } from './plan.ts';

/**
 * Many clients, some of which leave or read slowly, at a gateway whose upstream fails in every way
 * it can: `CHAOS_SECONDS=300 npm run chaos`. Exits with 1 and a list of problems if anything was
 * neither a right answer nor an explicit error, or if anything was left behind.
 */
const seconds = Number(process.env.CHAOS_SECONDS ?? 300);
const clients = Number(process.env.CHAOS_CLIENTS ?? 200);
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
const MOST_RSS_MB = 512;
/** Rows of the ledger are looked for so long after their answers. */
const SEARCHES_END_MS = 65_000;

const problems: string[] = [];
const counts = { complete: 0, error: 0, left: 0, problem: 0 };
let number = 0;

console.log(`chaos: ${clients} clients for ${seconds} s, CHAOS_SEED=${seed}`);
const sandbox = await startSandbox({
  balance: 1e12,
  requestsPerMinute: 1e9,
  ledgerLagMs: [0, 400],
  chunkDelayMs: 2,
  mediaDelayMs: 100,
  journalLimit: 100,
  seed,
});
const gateway = run('main.js', gatewayEnvironment(), [], undefined, [
  '--max-old-space-size=400',
  '--expose-gc',
  `--import=${new URL('heap-reporter.ts', import.meta.url).href}`,
]);
try {
  const { url, management_url: managementUrl } = await urlsOf(gateway);
  // Caches, code and pools are not leaks: they are there after the first round.
  await load(url, Math.min(20, seconds / 3));
  await atRest(managementUrl);
  const before = await heap();
  await load(url, seconds);
  await atRest(managementUrl);
  const after = await heap();
  check(after <= before * 1.1, `the heap grew from ${mb(before)} to ${mb(after)} MB`);
  const rss = peakRssMb();
  check(rss === undefined || rss <= MOST_RSS_MB, `${rss} MB of memory in use at the peak`);
  const { stderr, stdout } = gateway.output();
  check(stderr === '', `on stderr: ${stderr.slice(0, 2000)}`);
  check(!stdout.includes('"level":"fatal"'), 'a fatal error in the log');
  check(!stdout.includes('"internal_error"'), 'an internal error in the log');
  console.log({ ...counts, heapBeforeMb: mb(before), heapAfterMb: mb(after), peakRssMb: rss });
  gateway.child.kill('SIGTERM');
  check((await gateway.exit) === 0, 'an exit code other than 0');
} catch (error) {
  const { stdout, stderr } = gateway.output();
  problems.push(`${String(error)}; ${stderr.slice(-2000)} ${stdout.slice(-500)}`);
} finally {
  gateway.child.kill('SIGKILL');
  await sandbox.close();
}
for (const problem of problems.slice(0, 30)) console.error(`PROBLEM: ${problem}`);
console.log(problems.length === 0 ? 'chaos: ok' : `chaos: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

function gatewayEnvironment(): Record<string, string> {
  return {
    ...environmentFor(sandbox.url),
    RATE_LIMIT_REQUESTS: '0',
    POE_REQUESTS_PER_MINUTE: '0',
    FOOTER_WAIT_MS: '800',
    HEARTBEAT_SECONDS: '1',
    HEADERS_TIMEOUT_SECONDS: '3',
    FIRST_TOKEN_TIMEOUT_SECONDS: '2',
    IDLE_TIMEOUT_SECONDS: '2',
    CALL_TIMEOUT_SECONDS: '10',
    SHUTDOWN_GRACE_SECONDS: '5',
  };
}

async function load(url: string, forSeconds: number): Promise<void> {
  const end = performance.now() + forSeconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const next = plan(seed, number++);
      const verdict = await runClient(url, next);
      if (typeof verdict === 'string') counts[verdict] += 1;
      else {
        counts.problem += 1;
        problems.push(`${verdict.problem} (${JSON.stringify(next).slice(0, 300)})`);
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Nothing may go on once the last client is gone. */
async function atRest(managementUrl: string): Promise<void> {
  await sleep(5000);
  check(sandbox.openCalls() === 0, `${sandbox.openCalls()} calls of Poe still open after 5 s`);
  const metrics = await (await fetch(`${managementUrl}/metrics`)).text();
  const inFlight = /^poe_proxy_inflight_requests (\d+)/m.exec(metrics)?.[1];
  check(inFlight === '0', `${inFlight} requests still in flight after 5 s`);
  await sleep(SEARCHES_END_MS);
}

async function heap(): Promise<number> {
  const reports = () => gateway.output().stdout.match(/{"msg":"heap","bytes":\d+}/g) ?? [];
  const known = reports().length;
  gateway.child.kill('SIGUSR2');
  await until('the gateway reports its heap', () => reports().length > known);
  return (JSON.parse(reports().at(-1) ?? '{}') as { bytes: number }).bytes;
}

/** Undefined where there is no /proc. */
function peakRssMb(): number | undefined {
  try {
    const status = readFileSync(`/proc/${gatewayPid(gateway)}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
  } catch {
    return undefined;
  }
}

function gatewayPid({ child }: Process): number {
  return child.pid ?? 0;
}

function check(holds: boolean, problem: string): void {
  if (!holds) problems.push(problem);
}

function mb(bytes: number): number {
  return Math.round(bytes / 1024 / 102.4) / 10;
}
