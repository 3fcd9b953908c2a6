/** The product's version, from the package that is installed. */
import packageJson from "../package.json" with { type: "json" };

export const version: string = packageJson.version;
