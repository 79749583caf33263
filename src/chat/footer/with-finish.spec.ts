import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { withFinish, type Finish } from './with-finish.ts';

const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const footer = ChatChunk.of({ content: 'footer' });
const last = ChatChunk.of({}, { finishReason: 'stop' });

function watch(finish: Finish = () => Promise.resolve([footer, last])) {
  const source = new Subject<ChatChunk>();
  const seen: unknown[] = [];
  const asked = vi.fn(finish);
  const subscription = source.pipe(withFinish(asked)).subscribe({
    next: (chunk) => seen.push(chunk),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { source, seen, asked, subscription };
}

/** Lets promises that are settled be heard of. */
const settled = () => new Promise(setImmediate);

describe('withFinish', () => {
  it('passes content through at once, and the end once it is known', async () => {
    const { source, seen, asked } = watch();
    const plain = ChatChunk.ofContentJson('"a"');
    source.next(plain);
    expect(seen).toEqual([plain]);
    source.next(ChatChunk.of({}, { finishReason: 'length' }));
    source.next(ChatChunk.of({}, { usage }));
    expect(asked).not.toHaveBeenCalled();
    source.complete();
    expect(asked).toHaveBeenCalledExactlyOnceWith('length', usage);
    expect(seen).toEqual([plain]);
    await settled();
    expect(seen).toEqual([plain, footer, last, 'complete']);
  });

  it('takes the finish reason and the usage off chunks that say more', async () => {
    const { source, seen, asked } = watch();
    const delta = { content: 'a' };
    source.next(ChatChunk.of(delta, { finishReason: 'stop', usage, logprobs: { content: [] } }));
    expect(seen).toEqual([ChatChunk.of(delta, { logprobs: { content: [] } })]);
    source.complete();
    await settled();
    expect(asked).toHaveBeenCalledWith('stop', usage);
  });

  it('passes on whatever a delta says', () => {
    const { source, seen } = watch();
    const chunks = [ChatChunk.of({ role: 'assistant', content: '' }), ChatChunk.of({ x: 1 })];
    for (const chunk of chunks) source.next(chunk);
    expect(seen).toEqual(chunks);
  });

  it('passes on logprobs alone', () => {
    const { source, seen } = watch();
    source.next(ChatChunk.of({}, { logprobs: { content: [] } }));
    expect(seen).toEqual([ChatChunk.of({}, { logprobs: { content: [] } })]);
  });

  it('drops chunks that say nothing', () => {
    const { source, seen } = watch();
    source.next(ChatChunk.of({}));
    source.next(ChatChunk.of({}, { usage }));
    expect(seen).toEqual([]);
  });

  it('believes the last reason and the last usage', () => {
    const { source, asked } = watch();
    source.next(ChatChunk.of({}, { finishReason: 'length', usage: { ...usage, total_tokens: 9 } }));
    source.next(ChatChunk.of({}, { finishReason: 'stop', usage }));
    source.next(ChatChunk.of({ content: 'late' }));
    source.complete();
    expect(asked).toHaveBeenCalledWith('stop', usage);
  });

  it('takes an end without a reason for a stop', () => {
    const { source, asked } = watch();
    source.complete();
    expect(asked).toHaveBeenCalledExactlyOnceWith('stop', undefined);
  });

  it('has no end when the source fails', async () => {
    const { source, seen, asked } = watch();
    const error = new Error('failed');
    source.next(ChatChunk.of({}, { finishReason: 'stop' }));
    source.error(error);
    await settled();
    expect(seen).toEqual([error]);
    expect(asked).not.toHaveBeenCalled();
  });

  it('fails when the end cannot be made', async () => {
    const error = new Error('failed');
    const { source, seen } = watch(() => Promise.reject(error));
    source.complete();
    await settled();
    expect(seen).toEqual([error]);
  });

  it('leaves the source when it is left', () => {
    const { source, subscription } = watch();
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it('says nothing more when it is left while the end is made', async () => {
    const { source, seen, subscription } = watch();
    source.complete();
    subscription.unsubscribe();
    await settled();
    expect(seen).toEqual([]);
  });
});
