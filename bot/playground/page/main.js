/** Starts the page for the person and the place that its address names: #/user/channel[/thread or "home"]. */

import { addressOf, parseAddress } from "./address.js";
import { fragment, h } from "./dom.js";
import { createLayout } from "./layout.js";
import { Session } from "./session.js";

let session = null;
let starting = 0;

async function follow() {
  const wanted = parseAddress(location.hash);
  if (!session || session.user !== wanted.user) return start(wanted);
  const known = session.names.conversations.has(wanted.channel);
  const channel = known ? wanted.channel : firstChannel(session);
  if (!known) history.replaceState(null, "", addressOf(session.user, channel));
  session.go(channel, known ? wanted : {});
}

function firstChannel({ names }) {
  return (names.state.conversations.find((place) => place.kind === "channel") ?? names.state.conversations[0]).id;
}

async function start(wanted) {
  starting += 1;
  const mine = starting;
  const next = await Session.start(wanted.user).catch(() => Session.start(""));
  if (mine !== starting) return;
  session?.close();
  session = next;
  document.documentElement.lang = next.names.me.locale;
  document.body.replaceChildren(createLayout(next));
  history.replaceState(null, "", addressOf(next.user, wanted.channel, wanted.thread || (wanted.tab === "home" ? "home" : "")));
  await follow();
  next.listen();
}

function startOrSayWhy() {
  follow().catch(() => {
    session?.close();
    session = null;
    const again = h("button", { class: "button", onclick: startOrSayWhy }, "Try again · 重试");
    document.body.replaceChildren(h("main", { class: "no-server" }, fragment(h("p", {}, "The local workspace does not answer."), again)));
  });
}

window.addEventListener("hashchange", startOrSayWhy);
startOrSayWhy();
