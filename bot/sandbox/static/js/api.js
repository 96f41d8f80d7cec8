// The wire between this page and the local Slack: reads, acts, and the stream of changes.

import { toast } from "./dom.js";

const parameters = new URLSearchParams(location.search);

/** Whom this tab acts as; the address keeps it, so that two tabs can be two people. */
export const session = { as: parameters.get("as") || "" };

async function read(path, query = {}) {
  const address = `/sandbox/${path}?${new URLSearchParams({ as: session.as, ...query })}`;
  const response = await fetch(address, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

export const getState = () => read("state");
export const getMessages = (channel) => read("messages", { channel });
export const getThread = (channel, ts) => read("thread", { channel, ts });
export const getView = () => read("view");
export const getHome = () => read("home");

async function post(path, body) {
  try {
    const response = await fetch(`/sandbox/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: "The local Slack does not answer. Nothing was sent; is it still running?" };
  }
}

/** Do something as this person. Always resolves; a refusal is `{ok: false, error}` and is shown unless `quiet`. */
export async function act(verb, fields = {}, { quiet = false } = {}) {
  const result = await post("act", { as: session.as, do: verb, ...fields });
  if (!result.ok && !quiet) toast(sentence(result.error));
  return result;
}

/** As `act`, and says so when the app did not take what was asked. `what` names it: “Declare”. */
export async function tried(verb, fields, what) {
  const result = await act(verb, fields);
  if (result.answer?.error) toast(`${what} failed: ${sentence(result.answer.error)}`);
  return result;
}

export const advanceClock = (seconds) => post("clock", { advance: seconds });

const SENTENCES = {
  operation_timeout: "The app did not respond in time.",
  dispatch_failed: "The app could not be reached.",
  invalid_name_taken: "That name is taken.",
  name_taken: "That name is taken.",
  not_in_channel: "You are not in this channel.",
  is_archived: "This channel is archived.",
};

/** Slack's error code in words; what is a sentence already stays as it is. */
export function sentence(error) {
  return SENTENCES[error] || error || "That did not work.";
}

/** Follow the changes. `onChange(event)` for each; `onLink(up)` when the connection is lost, and when it is back. */
export function follow(onChange, onLink) {
  let up = null;
  const told = (now) => {
    if (up !== now) onLink(now);
    up = now;
  };
  const open = () => {
    const address = new URL(`/sandbox/events?as=${encodeURIComponent(session.as)}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    socket.onopen = () => told(true);
    socket.onmessage = (message) => onChange(JSON.parse(message.data));
    socket.onclose = () => {
      told(false);
      setTimeout(open, 1000);
    };
  };
  open();
}
