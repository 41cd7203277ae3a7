/** Lets long pure work be done turn by turn: it yields now and then, and whoever runs it gives way to others there. */

/** Work that returns `Result` at the end of its turns. */
export type InTurns<Result> = Generator<void, Result>;

/** Items of one turn: milliseconds. */
const TURN_ITEMS = 1000;

/** Calls `visit` for each item. */
export function* visitInTurns<Item>(items: Iterable<Item>, visit: (item: Item) => void): InTurns<void> {
  let visited = 0;
  for (const item of items) {
    visit(item);
    visited += 1;
    if (visited % TURN_ITEMS === 0) yield;
  }
}
