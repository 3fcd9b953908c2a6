/** mockttp (of HTTP Toolkit) in front of the upstream, passing everything through. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [entry, upstreamPort, keyFile, certificateFile] = process.argv.slice(2);
const { getLocal } = createRequire(entry)(entry);
const server = getLocal({
  https: { keyPath: keyFile, certPath: certificateFile },
  recordTraffic: false,
  suggestChanges: false,
});
await server.start();
await server.forAnyRequest().thenForwardTo(`https://localhost:${upstreamPort}`, {
  trustAdditionalCAs: [{ cert: readFileSync(process.env.NODE_EXTRA_CA_CERTS, "utf8") }],
});
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
