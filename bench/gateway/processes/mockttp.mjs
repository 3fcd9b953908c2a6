/** mockttp (of HTTP Toolkit) in front of the upstream, passing everything through. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [entry, upstreamPort] = process.argv.slice(2);
const { getLocal, generateCACertificate } = createRequire(entry)(entry);
// It signs a certificate for each name itself.
const authority = await generateCACertificate();
const server = getLocal({
  https: { key: authority.key, cert: authority.cert },
  recordTraffic: false,
  suggestChanges: false,
});
await server.start();
await server.forAnyRequest().thenForwardTo(`https://localhost:${upstreamPort}`, {
  trustAdditionalCAs: [{ cert: readFileSync(process.env.NODE_EXTRA_CA_CERTS, "utf8") }],
});
process.stdout.write(`${JSON.stringify({ port: server.port, ca: authority.cert })}\n`);
