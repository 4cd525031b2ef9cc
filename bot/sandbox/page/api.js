// The control API: the page can do nothing that a test can't do with the same calls.

export class Trouble extends Error {}

async function read(response) {
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (response.ok) return body;
  throw new Trouble((body && body.error) || `The sandbox answered ${response.status}. Look at its log.`);
}

async function reach(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Trouble("The sandbox doesn't answer. Is it still running?");
  }
  return read(response);
}

const query = (fields) =>
  new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)).toString();

export const get = (what, fields = {}) => reach(`/control/${what}?${query(fields)}`);

export const post = (what, body) =>
  reach(`/control/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

// The same for what the bot has to acknowledge: when it didn't, the person should hear of it.
export async function press(what, body) {
  const answer = await post(what, body);
  if (answer?.ok === false) throw new Trouble(`The bot didn't take this (${answer.error || `status ${answer.status}`}). Try again in a moment.`);
  return answer;
}
