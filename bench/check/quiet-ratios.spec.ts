import { expect, it } from 'vitest';
import { quietRatios } from './quiet-ratios.ts';

const checked = { figure: 'us', reference: 'bare', title: '', foreign: 'foreign' };

it('takes the ratio of every round in which both had the machine to themselves', () => {
  const rounds = {
    bare: [{ us: 2, foreign: 0.1 }, { us: 4, foreign: 0.6 }, { us: 4 }, { us: 4 }],
    own: [{ us: 3, foreign: 0.5 }, { us: 4 }, { us: 2, foreign: 1.5 }, { us: 8 }],
  };
  expect(quietRatios(checked, 'own', rounds)).toEqual([1.5, 2]);
});

it('takes every round of what nothing else can change', () => {
  const rounds = { bare: [{ us: 2, foreign: 2 }], own: [{ us: 3, foreign: 2 }] };
  const { foreign: _, ...calm } = checked;
  expect(quietRatios(calm, 'own', rounds)).toEqual([1.5]);
});

it('has none of who was not measured', () => {
  expect(quietRatios(checked, 'own', { bare: [{ us: 2 }] })).toEqual([]);
});
