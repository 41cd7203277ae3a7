import { expect, it } from 'vitest';
import { createMemoryBudget, type Holder } from '../../src/ldap-server/memory-budget.ts';

function holders(...names: readonly string[]): { all: Holder[]; gone: string[] } {
  const gone: string[] = [];
  return { all: names.map((name) => ({ giveWay: () => void gone.push(name) })), gone };
}

it('lets the one that began first give way, and no more than is needed', () => {
  const { all, gone } = holders('a', 'b', 'c');
  const [a, b, c] = all as [Holder, Holder, Holder];
  const budget = createMemoryBudget(100);
  budget.hold(a, 40);
  budget.hold(b, 40);
  budget.hold(a, 50);
  budget.hold(c, 10);
  expect(gone).toEqual([]);
  budget.hold(c, 11);
  expect(gone).toEqual(['a']);
});

it('begins anew for who held nothing meanwhile', () => {
  const { all, gone } = holders('a', 'b');
  const [a, b] = all as [Holder, Holder];
  const budget = createMemoryBudget(100);
  budget.hold(a, 60);
  budget.hold(b, 30);
  budget.hold(a, 0);
  budget.hold(a, 80);
  expect(gone).toEqual(['b']);
});

it('ends with the one that holds too much alone', () => {
  const { all, gone } = holders('a');
  const [a] = all as [Holder];
  const budget = createMemoryBudget(100);
  budget.hold(a, 101);
  budget.hold(a, 0);
  budget.hold(a, 100);
  expect(gone).toEqual(['a']);
});
