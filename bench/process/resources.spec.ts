import { expect, it } from 'vitest';
import { cpuMicros, mainThreadMicros, parseCpuTime, residentBytes } from './resources.ts';

it.each([
  ['0:01.50', 1.5],
  ['12:34', 754],
  ['01:02:03', 3723],
  ['2-00:00:10', 172_810],
])('reads %s, as ps writes it', (text, seconds) => {
  expect(parseCpuTime(`  ${text}\n`)).toBe(seconds * 1e6);
});

it('sees the CPU time of a process grow as it works', () => {
  const before = cpuMicros(process.pid);
  const used = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(used);
    return user + system;
  };
  while (spent() < 100_000);
  // Two clocks, one of which may count in ticks of 10 ms.
  expect(cpuMicros(process.pid) - before).toBeGreaterThan(50_000);
  expect(mainThreadMicros(process.pid)).toBeLessThanOrEqual(cpuMicros(process.pid));
});

it('sees the memory of a process', () => {
  expect(residentBytes(process.pid) / process.memoryUsage.rss()).toBeCloseTo(1, 1);
});
