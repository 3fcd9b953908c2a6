/** For each module that is missing, the name of what to install. */
import { expect, test } from "vitest";
import { distributionOf } from "./distributions.ts";

test.each([
  ["cv2", "opencv-python-headless"],
  ["PIL", "pillow"],
  ["yaml", "pyyaml"],
  ["sklearn", "scikit-learn"],
  ["bs4", "beautifulsoup4"],
  ["dotenv", "python-dotenv"],
  ["numpy", "numpy"],
  ["my_module", "my-module"],
  ["constructor", "constructor"],
])("for %s one installs %s", (module, distribution) => {
  expect(distributionOf(module)).toBe(distribution);
});
