/** Another order in each round, the same in each measurement: nobody always comes after the same neighbour. Pure. */

export function shuffled<T>(values: readonly T[], round: number): readonly T[] {
  const left = [...values];
  const order: T[] = [];
  let state = round * 2_654_435_761 + 1;
  while (left.length > 0) {
    // A linear congruential step; its high bits are the ones that vary.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    order.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return order;
}
