import { ask, open } from '../support/chat.ts';
import { readStream } from '../support/stream.ts';

// node test/deploy/open-streams.ts URL COUNT: so many streams open at one time, each to its end.
const [url = '', count = '200'] = process.argv.slice(2);
/** 12 s, so that all are open before the first one ends. */
const body = ask('ok tokens=60 delay=200');

let running = 0;
let most = 0;

const ends = await Promise.all(Array.from({ length: Number(count) }, follow));
const failed = ends.filter((end) => end !== 'done');
console.log(`${ends.length - failed.length} of ${count} streams whole, ${most} at one time`);
if (failed.length > 0) console.error([...new Set(failed)].join('\n'));
process.exit(failed.length === 0 && most === Number(count) ? 0 : 1);

/** 'done', or what is wrong. */
async function follow(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const call = open(url, body);
  call.once('error', (error) => {
    resolve(error.message);
  });
  call.once('response', (response) => {
    let text = '';
    response.once('data', () => {
      running += 1;
      most = Math.max(most, running);
    });
    response.on('data', (piece: Buffer) => (text += piece.toString()));
    response.once('error', (error) => {
      resolve(error.message);
    });
    response.once('end', () => {
      running -= 1;
      const isWhole = response.statusCode === 200 && readStream(text).isDone;
      resolve(isWhole ? 'done' : `${response.statusCode} ${text.slice(0, 200)}`);
    });
  });
  return promise;
}
