import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberSet } from '../../../src/ldap-server/tree/number-set.ts';

it('a set of numbers is what a Set of them is', () => {
  const anyStep = fc.tuple(fc.constantFrom('add', 'delete'), fc.nat(3000));
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 100 }), (steps) => {
      const [numbers, model] = [new NumberSet(), new Set<number>()];
      for (const [step, number] of steps) {
        if (step === 'add') {
          numbers.add(number);
          model.add(number);
        } else expect(numbers.delete(number)).toBe(model.delete(number));
      }
      const sorted = (all: Iterable<number>) => [...all].sort((one, other) => one - other);
      expect(sorted(numbers)).toEqual(sorted(model));
      expect(numbers.size).toBe(model.size);
      const popped: number[] = [];
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) popped.push(number);
      expect(sorted(popped)).toEqual(sorted(model));
      expect([...numbers]).toEqual([]);
      numbers.add(5);
      expect([...numbers]).toEqual([5]);
    }),
  );
});
