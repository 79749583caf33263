import { CONTESTANTS } from './contestants/contestants.ts';
import { measureRequests } from './groups/json.ts';
import { measureStreams } from './groups/streams.ts';
import type { Values } from './groups/group.ts';
import { findPinning } from './process/pinning.ts';
import { startContestant } from './process/start-contestant.ts';
import { startDriver } from './process/start-driver.ts';
import { startUpstream } from './process/start-upstream.ts';
import { parseArgs } from 'node:util';

const { values: o } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'json,streams' },
    contestants: { type: 'string', default: CONTESTANTS.map((c) => c.name).join(',') },
  },
});
const pinning = findPinning();
const upstream = await startUpstream(pinning);
const driver = startDriver(pinning);
const names = o.contestants.split(',');
const all: Record<string, Record<string, number[]>> = {};
for (let round = 0; round < Number(o.rounds); round++) {
  for (const name of names) {
    const c = CONTESTANTS.find((x) => x.name === name)!;
    const contestant = await startContestant(c as never, upstream, pinning);
    const bench = { driver, upstream, contestant, isShort: o.short };
    const got: Values = { ready: contestant.readyMs };
    try {
      if (o.only.includes('json')) Object.assign(got, await measureRequests(bench, 32));
      if (o.only.includes('streams')) {
        Object.assign(got, await measureStreams(bench, { streams: 100, framesPerSecond: 50 }));
        Object.assign(got, await measureStreams(bench, { streams: 500, framesPerSecond: 50 }));
        Object.assign(got, await measureStreams(bench, { streams: 2000, framesPerSecond: 10 }));
      }
    } catch (e) {
      console.log(name, 'FAILING', String(e), contestant.output().slice(-600));
    }
    await contestant.stop();
    for (const [k, v] of Object.entries(got)) ((all[k] ??= {})[name] ??= []).push(v);
    console.log(
      round,
      name,
      Object.entries(got)
        .map(([k, v]) => `${k}=${v.toFixed(2)}`)
        .join(' '),
    );
  }
}
driver.stop();
upstream.stop();
const med = (v: number[]) => v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]!;
for (const [k, by] of Object.entries(all)) {
  console.log(
    k.padEnd(22),
    names
      .filter((n) => by[n])
      .map((n) => {
        const r = by.bare ? by[n]!.map((v, i) => v / by.bare![i]!) : [NaN];
        return `${n} ${med(by[n]!).toFixed(2)} (x${med(r).toFixed(2)} ${Math.min(...r).toFixed(2)}-${Math.max(...r).toFixed(2)})`;
      })
      .join(' | '),
  );
}
