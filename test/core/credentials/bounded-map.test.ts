import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBoundedMap } from '../../../src/core/credentials/bounded-map.ts';

test('a full map forgets what was used longest ago', () => {
  const map = createBoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('a map never holds more than its bound, and always what was set last', () => {
  const keys = fc.array(fc.constantFrom(...'abcdefgh'), { minLength: 1 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 6 }), (written, sizeMax) => {
      const map = createBoundedMap<number>(sizeMax);
      for (const [index, key] of written.entries()) {
        map.set(key, index);
        expect(map.size).toBeLessThanOrEqual(sizeMax);
        expect(map.get(key)).toBe(index);
      }
    }),
  );
});

test('a map is in the order of use, whatever is done to it', () => {
  const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.constantFrom(...'abcdef'));
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, sizeMax) => {
      const map = createBoundedMap<string>(sizeMax);
      let used: string[] = [];
      for (const [what, key] of steps) {
        const wasThere = used.includes(key);
        if (what === 'get') expect(map.get(key)).toBe(wasThere ? key : undefined);
        else if (what === 'set') map.set(key, key);
        else map.delete(key);
        const others = used.filter((each) => each !== key);
        used = what === 'set' || (what === 'get' && wasThere) ? [key, ...others].slice(0, sizeMax) : others;
        expect([...map.values()]).toEqual(used);
        expect(map.size).toBe(used.length);
      }
    }),
  );
});

test('what is deleted or cleared is gone', () => {
  const map = createBoundedMap<number>(3);
  for (const key of ['a', 'b', 'c']) map.set(key, 1);
  map.delete('a');
  expect([map.get('a'), map.size]).toEqual([undefined, 2]);
  map.clear();
  expect([map.get('b'), map.size]).toEqual([undefined, 0]);
});
