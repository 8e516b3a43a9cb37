/** Places to go, and who one is. */

import { addressOf } from "./address.js";
import { avatar } from "./avatar.js";
import { askForText } from "./dialogs.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

export function createSidebar(session, go) {
  const list = h("div", { class: "places" });
  const me = h("button", { class: "me", type: "button", "aria-haspopup": "menu", "data-me": true, onclick: () => chooseUser(session, me) });
  const t = session.t;
  const node = h(
    "nav",
    { class: "sidebar", "aria-label": t("workspace") },
    h("div", { class: "brand" }, h("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), h("span", {}, t("workspace"))),
    list,
    me,
  );
  const render = () => {
    list.replaceChildren(...groups(session, go));
    me.replaceChildren(...meContent(session));
    me.setAttribute("aria-label", `${t("actingAs")} ${session.names.me.real_name}`);
  };
  session.on("names", render);
  session.on("place", render);
  render();
  return node;
}

function groups(session, go) {
  const { t, names } = session;
  const places = names.state.conversations;
  const add = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": t("newChannel"), title: t("newChannel"), onclick: () => createChannel(session, go) },
    icon("plus", 16),
  );
  return [
    group(session, t("channels"), places.filter((place) => place.kind === "channel"), go, add),
    group(session, t("apps"), places.filter((place) => place.kind === "im"), go),
  ];
}

function group(session, title, places, go, extra = null) {
  const items = places.map((place) => h("li", {}, placeButton(session, place, go)));
  return h("section", {}, h("div", { class: "group-head" }, h("h2", {}, title), extra), h("ul", { "aria-label": title }, items));
}

function placeButton(session, place, go) {
  const { names, t } = session;
  const here = place.id === session.channel;
  const mark = place.kind === "im" ? avatar(names.users.get(place.user), 20) : h("span", { class: "hash", "aria-hidden": "true" }, "#");
  const name = place.kind === "im" ? names.userName(place.user) : place.name;
  const unread = place.unread && !here ? h("span", { class: "badge", "aria-label": t("unread", { count: place.unread }) }, String(place.unread)) : null;
  return h(
    "button",
    {
      class: `place${here ? " here" : ""}${unread ? " unread" : ""}`,
      type: "button",
      "data-place": place.id,
      "aria-current": here ? "page" : null,
      onclick: () => go(place.id),
    },
    mark,
    h("span", { class: "place-name" }, name),
    unread,
  );
}

function meContent(session) {
  const { me } = session.names;
  const who = h("span", { class: "me-text" }, h("small", {}, session.t("actingAs")), h("strong", {}, me.real_name));
  return [avatar(me, 32), who, icon("switch", 16)];
}

function chooseUser(session, anchor) {
  const people = session.names.state.users.filter((user) => !user.is_bot);
  const entries = people.map((user) => ({
    label: user.real_name,
    mark: avatar(user, 24),
    note: user.locale,
    checked: user.id === session.user,
    data: { user: user.id },
    run: () => (location.hash = addressOf(user.id, "")),
  }));
  openMenu(anchor, entries, session.t("actingAs"));
}

async function createChannel(session, go) {
  const { t } = session;
  const made = await askForText({
    title: t("newChannel"),
    label: t("channelName"),
    confirm: t("create"),
    cancel: t("cancel"),
    attempt: (name) => session.attempt("create_channel", { name }).catch((error) => Promise.reject(session.explain(error))),
  });
  if (!made) return;
  await session.refresh();
  go(made.channel);
}
