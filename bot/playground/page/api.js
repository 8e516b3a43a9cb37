/** The people API: all that a person can see and do. */

/** A person was told that they cannot do that; the message is in their language. */
export class ActFailed extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function read(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return answer(await fetch(`/people/${path}?${new URLSearchParams(given)}`));
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok || body.ok === false) throw new ActFailed(body.error ?? `http_${response.status}`, body.message ?? "");
  return body;
}

export const readState = (user) => read("state", { user });
export const readViews = (user) => read("views", { user });

/** {channel, thread_ts?, before?, limit?} -> messages, oldest first. */
export async function readMessages(user, where) {
  return (await read("messages", { user, ...where })).messages;
}

/** `deed` is the word for what is done: "message", "command", "click" ... Raises ActFailed. */
export async function act(user, deed, fields = {}) {
  const body = JSON.stringify({ ...fields, user, do: deed });
  return answer(await fetch("/people/act", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
}

const EVENTS = ["message", "deleted", "view", "home", "status", "state"];

/** Listens until `close()`; `onLink(true | false)` tells when the connection comes and goes. */
export function listen(user, onEvent, onLink) {
  let source = null;
  let again = 0;
  const open = () => {
    source = new EventSource(`/people/events?user=${encodeURIComponent(user)}`);
    for (const name of EVENTS) source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data)));
    source.onopen = () => onLink(true);
    source.onerror = () => {
      onLink(false);
      // After an HTTP error the browser gives up for good.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 2000);
    };
  };
  open();
  return {
    close() {
      clearTimeout(again);
      source.close();
    },
  };
}
