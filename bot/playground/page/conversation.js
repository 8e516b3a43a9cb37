/** The channel or direct message in the middle: its head, its messages or its home tab, and where one writes. */

import { createComposer } from "./composer.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { createHome } from "./home.js";
import { icon } from "./icons.js";
import { announceMessage, createMessages } from "./messages.js";
import { triesFor } from "./words.js";

export function createConversation(session, go, showNav) {
  const { t } = session;
  const composer = createComposer(session, { kind: "channel", thread: () => "", sent: () => messages.end() });
  const messages = createMessages(session, go, {
    read: () => session.timeline,
    inThread: false,
    label: t("messages"),
    empty: (list) => beginning(session, composer, list),
  });
  const home = createHome(session);
  const title = h("div", { class: "title" });
  const back = h("button", { type: "button", class: "icon-button narrow-only", "aria-label": t("channels"), "data-show-nav": true, onclick: showNav }, icon("menu"));
  const tabs = h("div", { class: "tabs", role: "tablist" });
  const absent = h("div", { class: "absent", role: "note" });
  const node = h(
    "main",
    { class: "conversation", "data-pane": "main" },
    h("header", { class: "pane-head" }, back, title, tabs),
    messages.node,
    home,
    absent,
    composer.node,
  );
  const renderPlace = () => {
    const { place } = session;
    if (!place) return;
    const onHome = session.tab === "home" && session.names.isWithApp(place);
    node.dataset.channel = place.id;
    title.replaceChildren(...titleOf(session, place));
    tabs.replaceChildren(...(session.names.isWithApp(place) ? tabsOf(session, place, go) : []));
    tabs.hidden = !tabs.childElementCount;
    absent.replaceChildren(...absence(session, place));
    messages.node.hidden = onHome;
    home.hidden = !onHome;
    composer.node.hidden = onHome;
    composer.place();
  };
  session.on("place", () => {
    const arrived = node.dataset.channel !== session.channel;
    renderPlace();
    messages.render();
    // Where typing begins by itself; on a touch screen it would call up the keyboard.
    if (arrived && matchMedia("(hover: hover)").matches) composer.focus();
  });
  session.on("names", renderPlace);
  session.on("messages", (message) => [messages.render(), announceMessage(session, message)]);
  session.on("status", messages.render);
  return node;
}

function titleOf(session, place) {
  const { names } = session;
  if (place.kind === "im") return [avatar(names.users.get(place.user), 28), h("h1", {}, names.placeName(place))];
  return [h("h1", {}, names.placeName(place)), place.topic ? h("p", { class: "topic" }, place.topic) : null].filter(Boolean);
}

function tabsOf(session, place, go) {
  const { t } = session;
  return ["home", "messages"].map((tab) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        "data-tab": tab,
        "aria-selected": String(session.tab === tab),
        onclick: () => go(place.id, tab === "home" ? "home" : ""),
      },
      t(tab),
    ),
  );
}

function absence(session, place) {
  const { t, names } = session;
  const app = names.bot?.real_name;
  if (place.is_archived) return [t("archived")];
  if (place.has_app) return [];
  const invite = () => session.do("invite_app", { channel: place.id });
  return [t("noApp", { app }), h("button", { type: "button", class: "button primary", onclick: invite }, t("addApp", { app }))];
}

/** The top of a conversation; while it is empty, things to try. */
function beginning(session, composer, messages) {
  const { t, place, names } = session;
  if (!place) return null;
  const first = h("p", { class: "beginning" }, t("beginning", { place: names.placeName(place) }));
  if (messages.length || !place.has_app || place.is_archived) return first;
  const tries = triesFor(names.me.locale)
    .filter(([, text]) => place.kind === "channel" || !text.startsWith("@"))
    .map(([kind, text]) =>
      h("button", { type: "button", class: "try", "data-try": kind, onclick: () => composer.fill(text) }, h("small", {}, t(kind)), h("span", {}, text)),
    );
  return [first, h("section", { class: "tries", "aria-label": t("tryTitle") }, h("h2", {}, t("tryTitle")), h("p", {}, t("tryText")), tries)];
}
