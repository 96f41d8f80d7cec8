// Times as the reader sees them: in the zone of the person whom this tab acts as.

import { now, store } from "./store.js";

const zone = () => store.me?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;

function format(seconds, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone(), ...options }).format(new Date(seconds * 1000));
}

/** "2026-11-21" in the reader's zone. */
export function isoDate(seconds) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(new Date(seconds * 1000));
}

export const clock = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function ordinal(day) {
  const tail = day % 100 >= 11 && day % 100 <= 13 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] || "th";
  return `${day}${tail}`;
}

function longDay(seconds, weekday) {
  const day = ordinal(Number(format(seconds, { day: "numeric" })));
  const month = format(seconds, { month: "long" });
  const year = format(seconds, { year: "numeric" });
  return `${weekday ? `${format(seconds, { weekday: "long" })}, ` : ""}${month} ${day}, ${year}`;
}

function pretty(seconds, otherwise) {
  const day = isoDate(seconds);
  for (const [offset, word] of [[0, "Today"], [-86400, "Yesterday"], [86400, "Tomorrow"]]) {
    if (day === isoDate(now() + offset)) return word;
  }
  return otherwise;
}

/** The name of a day above the messages of that day. */
export function dayName(seconds) {
  const day = ordinal(Number(format(seconds, { day: "numeric" })));
  return pretty(seconds, `${format(seconds, { weekday: "long" })}, ${format(seconds, { month: "long" })} ${day}`);
}

export function ago(seconds) {
  const away = Math.round(now() - seconds);
  const size = Math.abs(away);
  const [count, unit] = size < 60 ? [size, "second"] : size < 3600 ? [Math.floor(size / 60), "minute"]
    : size < 86400 ? [Math.floor(size / 3600), "hour"] : [Math.floor(size / 86400), "day"];
  if (count === 0) return "just now";
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return away >= 0 ? `${words} ago` : `in ${words}`;
}

const short = (seconds) => format(seconds, { month: "short", day: "numeric", year: "numeric" });
const lower = (words) => words.toLowerCase();

const TOKENS = {
  date_num: isoDate,
  date: (seconds) => longDay(seconds, false),
  date_short: short,
  date_long: (seconds) => longDay(seconds, true),
  date_pretty: (seconds) => lower(pretty(seconds, "")) || longDay(seconds, false),
  date_short_pretty: (seconds) => lower(pretty(seconds, "")) || short(seconds),
  date_long_pretty: (seconds) => lower(pretty(seconds, "")) || longDay(seconds, true),
  time: clock,
  time_secs: clockSeconds,
  ago,
  day_divider_pretty: (seconds) => pretty(seconds, longDay(seconds, true)),
};

/** Slack's date tokens ("{date_short_pretty} at {time}") for a moment; the fallback when a token is unknown. */
export function dateWords(seconds, pattern, fallback) {
  if (!Number.isFinite(seconds)) return fallback;
  let known = true;
  const words = pattern.replace(/\{(\w+)\}/g, (_all, token) => {
    if (TOKENS[token]) return TOKENS[token](seconds);
    known = false;
    return "";
  });
  if (!known) return fallback;
  return pattern.startsWith("{") ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

export const fullMoment = (seconds) => `${longDay(seconds, true)} at ${clockSeconds(seconds)} (${zone()})`;

/** Unix seconds of a wall time ("2026-11-21", "09:30") in the reader's zone; where the clocks jump, the later reading. */
export function momentOf(day, time) {
  const wall = Date.parse(`${day}T${time}:00Z`) / 1000;
  let guess = wall;
  for (let round = 0; round < 3; round += 1) {
    const shown = Date.parse(`${isoDate(guess)}T${clock(guess)}:00Z`) / 1000;
    guess += wall - shown;
  }
  return guess;
}
