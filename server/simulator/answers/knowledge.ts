/** The few facts that the stand-in knows, so that the usual first questions get a true answer. */
import type { Skill } from "./question.ts";

const capitals: Readonly<Record<string, string>> = {
  argentina: "Buenos Aires",
  australia: "Canberra",
  austria: "Vienna",
  belgium: "Brussels",
  brazil: "Brasília",
  canada: "Ottawa",
  china: "Beijing",
  denmark: "Copenhagen",
  egypt: "Cairo",
  england: "London",
  finland: "Helsinki",
  france: "Paris",
  germany: "Berlin",
  greece: "Athens",
  india: "New Delhi",
  ireland: "Dublin",
  italy: "Rome",
  japan: "Tokyo",
  kenya: "Nairobi",
  mexico: "Mexico City",
  netherlands: "Amsterdam",
  norway: "Oslo",
  poland: "Warsaw",
  portugal: "Lisbon",
  spain: "Madrid",
  sweden: "Stockholm",
  switzerland: "Bern",
  turkey: "Ankara",
  ukraine: "Kyiv",
  "united kingdom": "London",
  "united states": "Washington, D.C.",
};

interface Fact {
  readonly asks: RegExp;
  readonly short: string;
  readonly says: string;
}

const facts: readonly Fact[] = [
  {
    asks: /meaning of life/i,
    short: "42",
    says: "The meaning of life is 42, if one trusts the book that asked a computer. People have found better answers: to care for somebody, to make something, to understand a little more.",
  },
  {
    asks: /colou?r\b.{0,20}\bsky\b|\bsky\b.{0,20}\bcolou?r\b|why is the sky blue/i,
    short: "Blue",
    says: "The sky is blue because air scatters short, blue waves of sunlight far more than long, red ones.",
  },
  {
    asks: /james joyce/i,
    short: "Ulysses",
    says: "Some books by James Joyce: Dubliners, A Portrait of the Artist as a Young Man, Ulysses, Finnegans Wake.",
  },
  {
    asks: /tallest building/i,
    short: "Steel",
    says: "To build the tallest building ever: found it on bedrock with deep piles; taper it as it rises, so that the wind finds no rhythm to shake it; stiffen it with a concrete core and outriggers; pump concrete in stages; and split the lifts into zones with sky lobbies.",
  },
  {
    asks: /speed of light/i,
    short: "299792458",
    says: "Light travels at 299,792,458 metres per second in empty space.",
  },
  {
    asks: /\bopenrouter\b/i,
    short: "Router",
    says: "OpenRouter is one API in front of many models: a program sends a chat completion with a model's id, OpenRouter picks a provider, streams the answer back and tells in usage.cost what it cost.",
  },
  {
    asks: /boiling point of water|water boil/i,
    short: "100",
    says: "Water boils at 100 °C at sea level; higher up it boils sooner.",
  },
  {
    asks: /\bsse\b|server-sent events?/i,
    short: "Stream",
    says: "Server-sent events are lines of text over one HTTP reply: each event starts with `data: `, lines that start with a colon are comments to skip, and `data: [DONE]` ends the stream.",
  },
];

const capitalAsked = /capital(?: city)? of (?:the )?([\p{L} ]{3,40})/iu;

export const knowledge: Skill = ({ text }) => {
  const capital = capitalOf(text);
  if (capital) return `The capital of ${capital.country} is ${capital.city}.`;
  return facts.find((fact) => fact.asks.test(text))?.says ?? null;
};

/** The fact alone, for answers in one word. */
export const shortFact: Skill = ({ text }) =>
  capitalOf(text)?.city ?? facts.find((fact) => fact.asks.test(text))?.short ?? null;

function capitalOf(text: string): { country: string; city: string } | null {
  const asked = capitalAsked.exec(text)?.[1]?.trim() ?? "";
  const words = asked.split(" ");
  const country = [words.slice(0, 2).join(" "), words[0] ?? ""].find(
    (name) => name.toLowerCase() in capitals,
  );
  const city = country === undefined ? undefined : capitals[country.toLowerCase()];
  return country === undefined || city === undefined ? null : { country, city };
}
