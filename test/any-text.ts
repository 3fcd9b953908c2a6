/** Any text for properties: what fast-check's unit "binary" gives, without the second that its first use takes. */
import * as fc from "fast-check";

/** All but halves of surrogate pairs, which are no characters; ASCII, which means something to most readers, half of the time. */
const point = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.oneof(fc.integer({ min: 0x80, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })),
);

/** At most so many code points. */
export const anyText = (most: number): fc.Arbitrary<string> =>
  fc.array(point, { maxLength: most }).map((points) => String.fromCodePoint(...points));
