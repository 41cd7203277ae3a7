import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsBelow, type Membership, subgroupsOf, wouldCycle } from '../../../src/core/model/group.ts';

type Edge = readonly [group: string, member: string];

const node = fc.integer({ min: 0, max: 9 }).map((number) => `g${number}`);
const edges: fc.Arbitrary<Edge[]> = fc.array(fc.tuple(node, node), { maxLength: 30 });

function nesting([groupId, memberId]: Edge): Membership {
  return { groupId, memberId, memberKind: 'group', owner: false, fromSource: false };
}

/** What is reachable, by squaring the relation until nothing is new: another way than the one under test. */
function closure(pairs: readonly Edge[]): Set<string> {
  const reached = new Set(pairs.map(([from, to]) => `${from}>${to}`));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const first of [...reached]) {
      for (const second of [...reached]) {
        const [from, middle] = first.split('>');
        const [start, to] = second.split('>');
        if (middle === start) reached.add(`${from}>${to}`);
      }
    }
  }
  return reached;
}

describe('nested groups', () => {
  it('contain what is reachable, whatever the graph', () => {
    fc.assert(
      fc.property(edges, node, (pairs, start) => {
        const reached = closure(pairs);
        const expected = [...reached]
          .filter((pair) => pair.startsWith(`${start}>`))
          .map((pair) => pair.slice(3));
        expect([...groupsBelow(start, subgroupsOf(pairs.map(nesting)))].sort()).toEqual(expected.sort());
      }),
      { numRuns: 50 },
    );
  });

  it('would close a cycle exactly when the new edge makes some group contain itself', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const accepted: Edge[] = [];
        for (const edge of pairs) {
          const cyclic = [...closure([...accepted, edge])].some((pair) => pair.slice(0, 2) === pair.slice(3));
          expect(wouldCycle(...edge, subgroupsOf(accepted.map(nesting)))).toBe(cyclic);
          if (!cyclic) accepted.push(edge);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are followed to any depth', () => {
    const chain = Array.from({ length: 20_000 }, (_, index): Edge => [`g${index}`, `g${index + 1}`]);
    expect(wouldCycle('g20000', 'g0', subgroupsOf(chain.map(nesting)))).toBe(true);
  });

  it('do not count users among the groups', () => {
    const user: Membership = { ...nesting(['g0', 'u1']), memberKind: 'user' };
    expect(subgroupsOf([user]).size).toBe(0);
  });
});
