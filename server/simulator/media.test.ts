/** Promises of the simulator: pictures, sound, films, batches, and the catalogues of each. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf, dataOf, someKey, startForTests, type Anything, type Started } from "./started-for-tests.ts";

let simulator: Started;
beforeAll(async () => {
  simulator = await startForTests({
    pace: { firstTokenMs: [0, 0], chunkMs: [0, 0], stallMs: 0, generationDelayMs: 1_000 },
  });
});
afterAll(() => simulator.close());

const post = async (path: string, body: object): Promise<Anything> =>
  bodyOf(await simulator.ask("POST", path, body));
const get = async (path: string): Promise<Anything> => bodyOf(await simulator.ask("GET", path));
const generation = async (response: Response): Promise<Anything> => {
  simulator.clock.advance(1_000);
  return (await get(`/generation?id=${response.headers.get("x-generation-id")}`)).data;
};

test("pictures come as base64, as many as were asked for and charged for each, at once or as a stream", async () => {
  const asked = { model: "openai/gpt-image-1", prompt: "a red square" };
  const plain = await post("/images", { ...asked, n: 2 });
  expect(plain).toMatchObject({
    created: expect.any(Number) as number,
    data: [{ media_type: "image/png" }, {}],
    usage: { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3, cost: 0.08 },
  });
  expect(Buffer.from(plain.data[0].b64_json, "base64").subarray(1, 4).toString()).toBe("PNG");
  const response = await simulator.ask("POST", "/images", { ...asked, stream: true });
  const events = dataOf(await response.text());
  expect(events.slice(0, 2)).toMatchObject([
    { type: "image_generation.partial_image", partial_image_index: 0 },
    { type: "image_generation.completed", usage: { cost: 0.04 } },
  ]);
  expect(await generation(response)).toMatchObject({ api_type: "image", total_cost: 0.04 });
  expect((await simulator.ask("POST", "/images", { ...asked, n: 11 })).status).toBe(400);
  expect((await post("/images", { ...asked, model: "openai/gpt-4o" })).error.code).toBe(404);
});

test("speech is raw bytes under a generation's id, PCM unless MP3 is asked for", async () => {
  const asked = { model: "openai/gpt-4o-mini-tts", input: "two words", voice: "alloy" };
  const response = await simulator.ask("POST", "/audio/speech", asked);
  expect(response.headers.get("content-type")).toBe("audio/pcm");
  expect((await response.arrayBuffer()).byteLength).toBe(2 * 2_400 * 2);
  expect(await generation(response)).toMatchObject({ api_type: "tts", total_cost: 0.0006 });
  const mp3 = await simulator.ask("POST", "/audio/speech", { ...asked, response_format: "mp3" });
  expect(mp3.headers.get("content-type")).toBe("audio/mpeg");
  expect(Buffer.from(await mp3.arrayBuffer()).readUInt16BE(0)).toBe(0xff_fb);
});

test("a recording is written down from JSON and from a form alike", async () => {
  const model = "openai/whisper-1";
  const sound = Buffer.alloc(32_000, 7);
  const json = await post("/audio/transcriptions", {
    model,
    input_audio: { data: sound.toString("base64"), format: "wav" },
  });
  expect(json).toMatchObject({
    text: expect.stringContaining("32000 bytes"),
    usage: { seconds: 2, cost: 0.006, input_tokens: 2 },
  });
  const form = new FormData();
  form.set("file", new Blob([sound]), "a.wav");
  form.set("model", model);
  form.set("response_format", "verbose_json");
  const response = await fetch(`${simulator.url}/api/v1/audio/transcriptions`, {
    method: "POST",
    headers: { authorization: `Bearer ${someKey}` },
    body: form,
  });
  expect(await bodyOf(response)).toMatchObject({
    task: "transcribe",
    duration: 2,
    text: json.text,
    segments: [{ end: 2 }],
  });
  expect((await post("/audio/transcriptions", { model })).error.code).toBe(400);
  expect((await simulator.ask("POST", "/audio/transcriptions", "{broken")).status).toBe(400);
});

test("a film is ordered, asked about until it is done, fetched, and charged for once", async () => {
  const response = await simulator.ask("POST", "/videos", { model: "openai/sora-2", prompt: "rain" });
  expect(response.status).toBe(202);
  const order = await bodyOf(response);
  expect(order).toEqual({
    id: expect.stringMatching(/^video-\w{20}$/) as string,
    polling_url: `https://openrouter.ai/api/v1/videos/${order.id}`,
    status: "pending",
    generation_id: response.headers.get("x-generation-id"),
  });
  expect(await get(`/videos/${order.id}`)).toMatchObject({ status: "in_progress" });
  expect((await simulator.ask("GET", `/videos/${order.id}/content`)).status).toBe(404);
  simulator.clock.advance(4_000);
  expect(await get(`/videos/${order.id}`)).toMatchObject({ status: "completed", usage: { cost: 0.4 } });
  const film = await simulator.ask("GET", `/videos/${order.id}/content?index=0`);
  expect(film.headers.get("content-type")).toBe("video/mp4");
  expect(
    Buffer.from(await film.arrayBuffer())
      .subarray(4, 8)
      .toString(),
  ).toBe("ftyp");
  const other = { authorization: `Bearer sk-or-v1-${"cd".repeat(32)}` };
  expect((await simulator.ask("GET", `/videos/${order.id}`, undefined, other)).status).toBe(404);
});

test("a batch is taken under both addresses, with what holds for all before the requests, and then says that it did not run", async () => {
  const requests = [{ custom_id: "a", body: { messages: [] } }];
  const about = { endpoint: "/v1/chat/completions", model: "openai/gpt-4o" };
  const taken = await simulator.ask("POST", "/batches", { ...about, requests });
  expect(taken.status).toBe(202);
  const batch = await bodyOf(taken);
  expect(batch).toMatchObject({
    object: "batch",
    status: "validating",
    completion_window: "24h",
    request_counts: { total: 1, completed: 0, failed: 0 },
  });
  const headers = { authorization: `Bearer ${someKey}`, "content-type": "application/json" };
  const beta = await fetch(`${simulator.url}/api/beta/batches/${batch.id}`, { headers });
  expect(await bodyOf(beta)).toMatchObject({
    status: "failed",
    error: { message: "The simulator runs no batches." },
  });
  expect((await post("/batches", { requests, ...about })).error.code).toBe(400);
  expect((await simulator.ask("GET", "/batches/none")).status).toBe(404);
});

test("the catalogues of pictures, films, embeddings and of endpoints that retain nothing", async () => {
  const ids = async (path: string): Promise<string[]> =>
    (await get(path)).data.map((model: Anything) => model.id);
  expect(await ids("/images/models")).toContain("openai/gpt-image-1");
  expect(await ids("/videos/models")).toEqual(["openai/sora-2"]);
  expect(await ids("/embeddings/models")).toHaveLength(2);
  expect((await get("/images/models/openai/gpt-image-1/endpoints")).data.endpoints).toHaveLength(1);
  expect((await get("/endpoints/zdr")).data[0]).toMatchObject({
    provider_name: expect.any(String) as string,
    pricing: {},
  });
  expect((await ids("/models")).some((id) => /image-1|sora|tts|whisper/.test(id))).toBe(false);
  expect((await simulator.ask("GET", "/generation/content?id=gen-1")).status).toBe(404);
});
