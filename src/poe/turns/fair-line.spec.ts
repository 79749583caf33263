import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairLine } from './fair-line.ts';

interface One {
  readonly caller: string;
  readonly address: string;
  readonly number: number;
}

const noLimit = () => Infinity;
const all = () => true;
let count = 0;

function join(line: FairLine<One>, caller: string, address = 'home'): One {
  const one = { caller, address, number: ++count };
  line.add(one);
  return one;
}

function serveAll(line: FairLine<One>): One[] {
  const served: One[] = [];
  for (;;) {
    const [next] = line.ready(1, noLimit, all);
    if (!next) return served;
    line.serve(next);
    served.push(next);
  }
}

const names = (ones: One[]) => ones.map(({ caller, address }) => `${caller} ${address}`);

describe('FairLine', () => {
  it('goes round over callers, and over the addresses of each', () => {
    const line = new FairLine<One>();
    for (const address of ['1', '1', '2']) join(line, 'a', address);
    for (const address of ['3', '3']) join(line, 'b', address);
    join(line, 'c', '4');
    expect(names(serveAll(line))).toEqual(['a 1', 'b 3', 'c 4', 'a 2', 'b 3', 'a 1']);
  });

  it('serves ten callers with 4 each before the first, with 400, has had 60', () => {
    const line = new FairLine<One>();
    for (let index = 0; index < 400; index++) join(line, 'first', `${index % 7}`);
    for (let index = 0; index < 40; index++) join(line, `caller ${index % 10}`);
    const served = serveAll(line).map(({ caller }) => caller);
    const lastOfTen = served.findLastIndex((caller) => caller !== 'first');
    const ofFirst = served.slice(0, lastOfTen).filter((caller) => caller === 'first');
    expect(ofFirst.length).toBeLessThan(60);
  });

  it('keeps the place of a caller who is passed over', () => {
    const line = new FairLine<One>();
    for (const caller of ['a', 'a', 'b', 'b', 'c']) join(line, caller);
    const next = () => line.ready(1, (caller) => (caller === 'a' ? 0 : 1), all)[0];
    for (const caller of ['b', 'c']) {
      const one = next();
      expect(one?.caller).toBe(caller);
      if (one) line.serve(one);
    }
    expect(names(serveAll(line))).toEqual(['a home', 'b home', 'a home']);
  });

  it('gives no turns to those who left, and no place for having left', () => {
    const line = new FairLine<One>();
    const [first, second] = [join(line, 'a'), join(line, 'a')];
    join(line, 'b');
    for (const one of [first, second]) expect(line.remove(one)).toBe(true);
    join(line, 'a');
    expect(line.remove(first)).toBe(false);
    expect(names(serveAll(line))).toEqual(['b home', 'a home']);
    expect(line.size).toBe(0);
  });

  it('names as ready no more than are wanted, no more of a caller than have room, and who fits', () => {
    const line = new FairLine<One>();
    for (const caller of ['a', 'a', 'a', 'b', 'b', 'c']) join(line, caller);
    const ready = (most: number, room: number) =>
      line
        .ready(
          most,
          () => room,
          ({ caller }) => caller !== 'b',
        )
        .map(({ caller }) => caller);
    expect(ready(9, 2)).toEqual(['a', 'a', 'c']);
    expect(ready(2, 2)).toEqual(['a', 'a']);
    expect(ready(9, 0)).toEqual([]);
  });

  it('knows who came first and who came too many', () => {
    const line = new FairLine<One>();
    const [first, second, third] = [join(line, 'b'), join(line, 'a'), join(line, 'b')];
    expect(line.oldest).toBe(first);
    expect(line.beyond(3)).toEqual([]);
    expect(line.beyond(2)).toEqual([third]);
    line.remove(first);
    expect(line.oldest).toBe(second);
  });

  it('makes room at the cost of those who take most of it, their last to come first', () => {
    const line = new FairLine<One>();
    const many = Array.from({ length: 6 }, (_, nth) => join(line, 'greedy', `${nth % 2}`));
    const few = [join(line, 'modest'), join(line, 'other')];
    expect(new Set(line.beyond(4))).toEqual(new Set(many.slice(2)));
    expect(new Set(serveAll(line))).toEqual(new Set([...many.slice(0, 2), ...few]));
  });

  it('lets nobody who waits be overtaken by another caller twice in a row', () => {
    const place = fc.record({ caller: fc.integer({ max: 4 }), address: fc.integer({ max: 2 }) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), fc.array(fc.nat()), (places, leavers) => {
        const line = new FairLine<One>();
        const ones = places.map(({ caller, address }) => join(line, `${caller}`, `${address}`));
        const gone = new Set(leavers.map((index) => ones[index % Math.max(1, ones.length)]));
        for (const one of gone) if (one) line.remove(one);
        const served = serveAll(line);
        expect(new Set(served)).toEqual(new Set(ones.filter((one) => !gone.has(one))));
        served.forEach((one, index) => {
          const callers = served.slice(0, index).map(({ caller }) => caller);
          const own = callers.filter((caller) => caller === one.caller).length;
          for (const other of new Set(callers)) {
            const others = callers.filter((caller) => caller === other).length;
            expect(others).toBeLessThanOrEqual(own + 1);
          }
          const later = served.slice(index + 1);
          const isSame = ({ caller, address }: One) =>
            caller === one.caller && address === one.address;
          expect(later.filter(isSame).every(({ number }) => number > one.number)).toBe(true);
        });
      }),
    );
  });
});
