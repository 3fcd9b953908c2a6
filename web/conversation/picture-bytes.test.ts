/** Only pictures that are nothing but pictures are shown, and none is fetched. */
import { expect, test } from "vitest";
import { heldPicture, shownPictureBytes } from "./picture-bytes.ts";

test("a raster picture in a data: address is shown", () => {
  const held = heldPicture("data:image/PNG;base64,iVBORw==");
  expect(held).toEqual({
    kind: "shown",
    mediaType: "image/png",
    bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
  });
});

test.each([
  "data:image/svg+xml;base64,PHN2Zz4=",
  "data:text/html;base64,PGI+",
  "data:;base64,AAAA",
  "data:image/svg+xml,<svg onload=x>",
])("%s is told, not shown", (url) => {
  expect(heldPicture(url).kind).toBe("held");
});

test("an address elsewhere is only told", () => {
  expect(heldPicture("https://pictures.example/1.png")).toEqual({
    kind: "elsewhere",
    address: "https://pictures.example/1.png",
  });
  expect(heldPicture("javascript:alert(1)").kind).toBe("elsewhere");
});

test("one that is damaged or too large says so", () => {
  expect(heldPicture("data:image/png;base64,%%%")).toMatchObject({ because: "its Base64 is damaged" });
  expect(heldPicture(`data:image/png;base64,${"A".repeat(shownPictureBytes * 2)}`)).toMatchObject({
    kind: "held",
  });
});
