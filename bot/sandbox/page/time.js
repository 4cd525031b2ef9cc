// Times are shown in the zone of the person we act as: a card says "09:00" to each in their own morning.
import { store, zone } from "./store.js";

const cache = new Map();

function formatter(options, tz = zone()) {
  const key = JSON.stringify([options, tz]);
  if (!cache.has(key)) {
    try {
      cache.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: tz }));
    } catch {
      cache.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }));
    }
  }
  return cache.get(key);
}

export const format = (date, options, tz) => formatter(options, tz).format(date);

// The sandbox's clock: what the server said, plus what has passed here since, unless it is being stepped.
export function now() {
  if (!store.state) return new Date();
  const said = new Date(store.state.now).getTime();
  return new Date(store.moving ? said : said + (performance.now() - store.fetchedAt));
}

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const clockTime = (date) => format(date, { hour: "2-digit", minute: "2-digit" });
// The time alone on the clock's own day, else with the date: while a year passes, 09:00 alone says nothing.
export const stampTime = (date) => {
  if (isoDate(date) === isoDate(now())) return clockTime(date);
  const year = isoDate(date).slice(0, 4) !== isoDate(now()).slice(0, 4) && { year: "numeric" };
  return `${format(date, { day: "numeric", month: "short", ...year })}, ${clockTime(date)}`;
};
export const fullTime = (date) =>
  format(date, { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

function parts(date, tz = zone()) {
  const wanted = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const found = {};
  for (const part of formatter(wanted, tz).formatToParts(date)) found[part.type] = part.value;
  return found;
}

export function isoDate(date, tz) {
  const { year, month, day } = parts(date, tz);
  return `${year}-${month}-${day}`;
}

export function isoMinute(date, tz) {
  const { hour, minute } = parts(date, tz);
  return `${isoDate(date, tz)}T${hour}:${minute}`;
}

// "2026-11-23T09:00" on the wall of a zone → the moment. The offset is looked up twice, for the days the clocks change.
export function fromWall(text, tz = zone()) {
  const wall = new Date(`${text}${text.length === 10 ? "T00:00" : ""}:00Z`).getTime();
  const offset = (moment) => new Date(`${isoMinute(new Date(moment), tz)}:00Z`).getTime() - Math.floor(moment / 60000) * 60000;
  const first = wall - offset(wall);
  return new Date(wall - offset(first));
}

export function dayName(date) {
  const day = isoDate(date);
  const today = now();
  if (day === isoDate(today)) return "Today";
  if (day === isoDate(new Date(today.getTime() - 86400000))) return "Yesterday";
  if (day === isoDate(new Date(today.getTime() + 86400000))) return "Tomorrow";
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (day.slice(0, 4) !== isoDate(today).slice(0, 4)) options.year = "numeric";
  return format(date, options);
}

const LONG = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };
const relative = (date, otherwise) => (/^(Today|Yesterday|Tomorrow)$/.test(dayName(date)) ? dayName(date) : otherwise);

const TOKENS = {
  date_num: (date) => isoDate(date),
  date: (date) => format(date, LONG),
  date_short: (date) => format(date, SHORT),
  date_long: (date) => format(date, { ...LONG, weekday: "long" }),
  date_pretty: (date) => relative(date, format(date, LONG)),
  date_short_pretty: (date) => relative(date, format(date, SHORT)),
  date_long_pretty: (date) => relative(date, format(date, { ...LONG, weekday: "long" })),
  day_divider_pretty: (date) => dayName(date),
  time: (date) => clockTime(date),
  time_secs: (date) => format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (date) => ago(date),
};

export function ago(date) {
  const seconds = Math.round((date.getTime() - now().getTime()) / 1000);
  const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || units[5];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

// Slack's <!date^seconds^{date_short} at {time}|fallback>.
export function slackDate(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => (TOKENS[token] ? TOKENS[token](date) : whole));
}
