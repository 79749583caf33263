import { ClosedLoop } from './closed-loop.ts';
import type { Command, Snapshot } from './protocol.ts';
import { Streams } from './streams.ts';
import { toRequest } from './to-request.ts';

/** The process that stands in for clients. It is told what to do over IPC, one command at a time. */
let loop: ClosedLoop | undefined;
let streams: Streams | undefined;

process.on('message', (command: Command) => {
  void execute(command).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function execute(command: Command): Promise<Snapshot> {
  switch (command.do) {
    case 'load':
      loop = new ClosedLoop(
        command.target.port,
        command.connections,
        toRequest(command.target, command.body),
      );
      break;
    case 'grow-streams':
      streams ??= new Streams(command.target.port, toRequest(command.target, command.body));
      await streams.grow(command.to);
      break;
    case 'look':
      break;
    case 'stop':
      loop?.close();
      streams?.close();
      [loop, streams] = [undefined, undefined];
  }
  return {
    atMs: performance.now(),
    completed: loop?.completed ?? streams?.completed ?? 0,
    failed: loop?.failed ?? streams?.failed ?? 0,
    frames: streams?.frames ?? 0,
    open: streams?.open ?? 0,
  };
}
