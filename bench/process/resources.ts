import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const hasProc = existsSync('/proc/self/task');
const NS_PER_US = 1000;
const KB = 1024;

/** CPU time that a process has used so far, all threads, user and system, in µs. */
export function cpuMicros(pid: number): number {
  if (!hasProc) return parseCpuTime(ps(pid, 'cputime'));
  // The same clock as in /proc/PID/stat, which counts it in ticks of 10 ms only.
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + runTime(`/proc/${pid}/task/${thread}`), 0);
}

/** The same of the thread that the event loop runs on; of the whole process where there is no /proc. */
export function mainThreadMicros(pid: number): number {
  return hasProc ? runTime(`/proc/${pid}/task/${pid}`) : cpuMicros(pid);
}

/** CPU time that all cores have used so far, whoever for, in µs. */
export function machineMicros(): number {
  const perCore = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return perCore.reduce((sum, ms) => sum + ms, 0) * 1000;
}

/** Memory in use, in bytes. */
export function residentBytes(pid: number): number {
  if (!hasProc) return Number(ps(pid, 'rss')) * KB;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * KB;
}

/** `ps` writes [[days-]hours:]minutes:seconds, with or without a fraction. */
export function parseCpuTime(text: string): number {
  const [time = '', days = '0'] = text.trim().split('-').reverse();
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1_000_000;
}

function runTime(folder: string): number {
  try {
    const [nanoseconds] = readFileSync(`${folder}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / NS_PER_US;
  } catch {
    // The thread has ended since it was listed.
    return 0;
  }
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
}
