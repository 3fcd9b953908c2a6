/** Promises of the simulator: the catalogue. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, startForTests, type Anything, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests();
});
afterAll(() => simulator.close());

const get = async (path: string, headers?: Record<string, string>): Promise<Anything> =>
  bodyOf(await simulator.ask("GET", path, undefined, headers));

test("the catalogue needs no key, says that it is simulated, and has what clients require of a model", async () => {
  const response = await fetch(`${simulator.url}/api/v1/models`);
  const body = await bodyOf(response);
  expect(body.total_count).toBe(body.data.length);
  expect(body.links).toEqual({ next: null });
  for (const model of body.data) {
    expect(model.name).toMatch(/\(simulated\)$/);
    expect(model).toMatchObject({
      per_request_limits: null,
      supported_voices: null,
      default_parameters: {},
      pricing: { prompt: expect.any(String), completion: expect.any(String) },
      top_provider: { is_moderated: expect.any(Boolean) },
      links: { details: `/api/v1/models/${model.id}/endpoints` },
    });
  }
  expect((await get("/models/count")).data.count).toBe(body.data.length);
  expect((await get("/models/user")).total_count).toBe(body.data.length);
});

test("the catalogue can be searched, filtered, sorted and paged", async () => {
  const ids = async (query: string): Promise<string[]> =>
    (await get(`/models?${query}`)).data.map((model: Anything) => model.id);
  expect(await ids("q=gemini")).toEqual(["google/gemini-2.5-flash", "google/gemini-2.5-pro"]);
  expect(await ids("model_authors=deepseek,qwen&sort=pricing-low-to-high")).toEqual([
    "qwen/qwen3-32b",
    "deepseek/deepseek-chat-v3.1",
    "deepseek/deepseek-r1",
  ]);
  expect(await ids("output_modalities=embeddings")).toHaveLength(2);
  expect((await ids("supported_parameters=logprobs"))[0]).toBe("openai/gpt-4o-mini");
  expect(await ids("context=1500000&input_modalities=image")).toEqual(["x-ai/grok-4-fast"]);
  expect(await ids("max_price=0&q=llama")).toEqual(["meta-llama/llama-3.3-70b-instruct:free"]);
  const page = await get("/models?limit=2&offset=1");
  expect(page.data).toHaveLength(2);
  expect(page.links.next).toBe("/api/v1/models?limit=2&offset=3");
  for (const query of ["limit=0", "limit=x", "sort=best", "min_price=cheap"])
    expect((await simulator.ask("GET", `/models?${query}`)).status).toBe(400);
});

test("one model, its endpoints, and the providers can be read", async () => {
  expect((await get("/model/openai/gpt-4o")).data.id).toBe("openai/gpt-4o");
  const { data } = await get("/models/meta-llama/llama-3.3-70b-instruct/endpoints");
  expect(data.endpoints.map((endpoint: Anything) => endpoint.tag)).toEqual(["deepinfra", "together", "groq"]);
  expect((await simulator.ask("GET", "/models/a/b/endpoints")).status).toBe(404);
  expect((await simulator.ask("GET", "/models/a/%E0%A4%A/endpoints")).status).toBe(404);
  expect((await get("/providers")).data.length).toBeGreaterThan(5);
});
