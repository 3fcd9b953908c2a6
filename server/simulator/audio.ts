/** `POST /audio/speech` and `/audio/transcriptions`: a tone for each word, and a sentence that says that nothing was heard. */
import * as z from "zod/mini";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { ApiError } from "./errors.ts";
import { badRequest, json, refuse, type Exchange, type Reply, type Surface, type World } from "./exchange.ts";
import { readForm } from "./multipart.ts";
import { choose, settle } from "./one-shot.ts";
import { readBody } from "./request-parts.ts";
import { countTokens } from "./tokens.ts";

const SpeechBody = z.looseObject({
  model: z.string(),
  input: z.string().check(z.minLength(1)),
  voice: z.nullish(z.string()),
  response_format: z.nullish(z.enum(["mp3", "pcm"])),
});

function speech(world: World, exchange: Exchange): Reply {
  const read = readBody(SpeechBody, exchange.json);
  if (!read.ok) return refuse(read.error);
  const { model, input, response_format: format } = read.value;
  const chosen = choose(model, "speech");
  if (!chosen.ok) return refuse(chosen.error);
  settle(world, exchange, chosen.value, { tokens: countTokens(input), apiType: "tts" });
  const words = Math.min(200, input.split(/\s+/).length);
  return format === "mp3"
    ? { kind: "bytes", type: "audio/mpeg", bytes: silentMp3(words * framesPerWord) }
    : { kind: "bytes", type: "audio/pcm", bytes: tones(words) };
}

const sampleRate = 24_000;
const samplesPerWord = sampleRate / 10;
const framesPerWord = 4;

/** 16-bit little-endian samples: a tenth of a second a word, each a little higher than the last. */
function tones(words: number): Uint8Array {
  const bytes = Buffer.alloc(words * samplesPerWord * 2);
  for (let at = 0; at < words * samplesPerWord; at++) {
    const pitch = 220 + 20 * (Math.floor(at / samplesPerWord) % 12);
    bytes.writeInt16LE(Math.round(6_000 * Math.sin((2 * Math.PI * pitch * at) / sampleRate)), at * 2);
  }
  return bytes;
}

/** MPEG 1 layer III, 128 kbit/s at 44.1 kHz: a frame of zeros decodes to silence. */
function silentMp3(frames: number): Uint8Array {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xff_fb_90_64);
  return Buffer.concat(Array<Buffer>(frames).fill(frame));
}

const TranscriptionBody = z.looseObject({
  model: z.string(),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
  language: z.nullish(z.string()),
  response_format: z.nullish(z.enum(["json", "verbose_json"])),
});

interface Recording {
  readonly model: string;
  readonly bytes: number;
  readonly language: string;
  readonly isVerbose: boolean;
}

const mostFileBytes = 25 * 1024 * 1024;
/** Nobody decodes the sound: its length is told as if it were speech at this rate. */
const bytesPerSecond = 16_000;

function transcription(world: World, exchange: Exchange): Reply {
  const read = recordingIn(exchange);
  if (!read.ok) return refuse(read.error);
  const { model, bytes, language, isVerbose } = read.value;
  if (bytes > mostFileBytes) return refuse(badRequest("file: at most 25 MB"));
  const chosen = choose(model, "transcription");
  if (!chosen.ok) return refuse(chosen.error);
  const seconds = Math.max(1, Math.round(bytes / bytesPerSecond));
  const text = `This is simulated: nobody has listened to these ${bytes} bytes.`;
  const tokens = countTokens(text);
  const cost = settle(world, exchange, chosen.value, { tokens: seconds, apiType: "stt" });
  const usage = {
    seconds,
    cost,
    input_tokens: seconds,
    output_tokens: tokens,
    total_tokens: seconds + tokens,
  };
  if (!isVerbose) return json({ text, usage });
  const segments = [{ id: 0, start: 0, end: seconds, text }];
  return json({ task: "transcribe", language, duration: seconds, text, segments, words: [], usage });
}

/** As JSON with base64, or as a form with a file. */
function recordingIn(exchange: Exchange): Result<Recording, ApiError> {
  const type = exchange.header("content-type") ?? "";
  if (/^multipart\/form-data/i.test(type)) {
    const form = readForm(type, exchange.body);
    const [model, file] = [form?.get("model"), form?.get("file")];
    if (model === undefined || file === undefined)
      return refused(badRequest("file and model: both are needed"));
    return done({
      model: model.toString("utf8"),
      bytes: file.length,
      language: form?.get("language")?.toString("utf8") ?? "en",
      isVerbose: form?.get("response_format")?.toString("utf8") === "verbose_json",
    });
  }
  const body = readBody(TranscriptionBody, jsonOf(exchange.body));
  if (!body.ok) return body;
  const { model, input_audio: audio, language, response_format: format } = body.value;
  const bytes = Buffer.from(audio.data, "base64").length;
  return done({ model, bytes, language: language ?? "en", isVerbose: format === "verbose_json" });
}

/** Undefined, which no schema takes, for what is no JSON. */
function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

export const audioSurfaces: readonly Surface[] = [
  { method: "POST", path: "/api/v1/audio/speech", access: "inference", takesJson: true, answer: speech },
  { method: "POST", path: "/api/v1/audio/transcriptions", access: "inference", answer: transcription },
];
