import { quantile } from '../statistics.ts';
import { ClosedLoop } from './closed-loop.ts';
import { pacedLoad, type Pace } from './paced-load.ts';
import type { Answer, Command, Latencies, Snapshot } from './protocol.ts';
import { sequence } from './sequence.ts';
import { Streams } from './streams.ts';
import { toRequest } from './to-request.ts';

/** The process that stands in for clients. It is told what to do over IPC, one command at a time. */
let loop: ClosedLoop | undefined;
let streams: Streams | undefined;

process.on('message', (command: Command) => {
  const send = (answer: Answer) => process.send?.(answer);
  execute(command).then(
    (result) => send({ result }),
    (error: unknown) => send({ error: String(error) }),
  );
});

async function execute(command: Command): Promise<Snapshot | Latencies> {
  if (command.task === 'look') return look();
  if (command.task === 'stop') return stop();
  const { target, body } = command.job;
  const request = toRequest(target, body);
  switch (command.task) {
    case 'load':
      loop = new ClosedLoop(target.port, command.job.options.connections, request);
      return look();
    case 'growStreams':
      streams ??= new Streams(target.port, request);
      await streams.grow(command.job.options.to);
      return look();
    case 'sequence':
      await sequence(target.port, request, command.job.options);
      return look();
    case 'pace':
      return pace({ ...command.job.options, port: target.port, request });
  }
}

async function pace(options: Pace): Promise<Latencies> {
  const { latencies, firstWords, failed } = await pacedLoad(options);
  if (latencies.length === 0) throw new Error('no answer at all');
  const words = firstWords.length > 0 ? firstWords : latencies;
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    firstWordP50: quantile(words, 0.5),
    firstWordP99: quantile(words, 0.99),
    failed,
  };
}

function look(): Snapshot {
  const counts = loop ?? streams;
  return {
    atMs: performance.now(),
    completed: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    frames: streams?.frames ?? 0,
    open: streams?.open ?? 0,
  };
}

function stop(): Snapshot {
  const last = look();
  loop?.close();
  streams?.close();
  [loop, streams] = [undefined, undefined];
  return last;
}
