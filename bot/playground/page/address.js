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
