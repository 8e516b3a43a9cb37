/** The page's address says who looks at what: #/user/channel, and a thread's ts or "home". */

/** {user, channel, thread, tab} */
export function parseAddress(hash) {
  const [user = "", channel = "", more = ""] = hash.replace(/^#\/?/, "").split("/");
  return { user, channel, thread: more === "home" ? "" : more, tab: more === "home" ? "home" : "messages" };
}

/** The address of a place; following it is the only way to move. */
export function addressOf(user, channel, more = "") {
  return `#/${[user, channel, more].filter(Boolean).join("/")}`;
}

/** Where a permalink of this workspace leads, {channel, thread}; null of any other address. */
export function parsePermalink(href) {
  const url = URL.parse(href, location.origin);
  const found = url?.origin === location.origin && /^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?$/.exec(url.pathname);
  if (!found) return null;
  const [, channel, seconds, fraction] = found;
  return { channel, thread: url.searchParams.get("thread_ts") ?? (seconds ? `${seconds}.${fraction}` : "") };
}
