import { Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { ChatChunk } from '../chat-chunk.ts';
import { holdUntilContent } from './hold-until-content.ts';

const role = ChatChunk.of({ role: 'assistant', content: '' });
const content = ChatChunk.of({ content: 'a' });
const end = ChatChunk.of({}, { finishReason: 'stop' });

function watch() {
  const source = new Subject<ChatChunk>();
  const seen: unknown[] = [];
  const onContent = vi.fn(() => seen.push('content'));
  const subscription = source.pipe(holdUntilContent(onContent)).subscribe({
    next: (chunk) => seen.push(chunk),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { source, seen, onContent, subscription };
}

it('holds back until there is content, then passes everything on in order', () => {
  const { source, seen, onContent } = watch();
  source.next(role);
  source.next(role);
  expect(seen).toEqual([]);
  source.next(content);
  expect(seen).toEqual(['content', role, role, content]);
  source.next(role);
  source.next(content);
  source.complete();
  expect(seen.slice(4)).toEqual([role, content, 'complete']);
  expect(onContent).toHaveBeenCalledOnce();
});

it.each([
  ['content that was not parsed', ChatChunk.ofContentJson('"a"')],
  ['thoughts', ChatChunk.of({ reasoning_content: 'hm' })],
  ['a refusal', ChatChunk.of({ refusal: 'no' })],
  ['a tool call', ChatChunk.of({ tool_calls: [{ index: 0 }] })],
  ['a finish reason', end],
])('takes %s for content', (_, chunk) => {
  const { source, seen } = watch();
  source.next(chunk);
  expect(seen).toEqual(['content', chunk]);
});

it.each([
  ['empty content that was not parsed', ChatChunk.ofContentJson('""')],
  ['empty texts', ChatChunk.of({ content: '', reasoning_content: '', refusal: '' })],
  ['an empty list of calls', ChatChunk.of({ tool_calls: [] })],
  ['other members', ChatChunk.of({ annotations: [{}] })],
])('does not take %s for content', (_, chunk) => {
  const { source, seen } = watch();
  source.next(chunk);
  expect(seen).toEqual([]);
});

it('drops what it holds when the source fails', () => {
  const { source, seen, onContent } = watch();
  const error = new Error('failed');
  source.next(role);
  source.error(error);
  expect(seen).toEqual([error]);
  expect(onContent).not.toHaveBeenCalled();
});

it('passes a failure after content on', () => {
  const { source, seen } = watch();
  const error = new Error('failed');
  source.next(content);
  source.error(error);
  expect(seen).toEqual(['content', content, error]);
});

it('lets an answer without content begin at its end', () => {
  const { source, seen } = watch();
  source.next(role);
  source.complete();
  expect(seen).toEqual(['content', role, 'complete']);
});

it('leaves the source when it is left', () => {
  const { source, subscription } = watch();
  subscription.unsubscribe();
  expect(source.observed).toBe(false);
});
