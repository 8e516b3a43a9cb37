/** The frame of the page: people and places on the left, a conversation, a thread beside it. */

import { addressOf, parsePermalink } from "./address.js";
import { createConversation } from "./conversation.js";
import { announce, createAnnouncer } from "./announce.js";
import { h } from "./dom.js";
import { createModal } from "./modal.js";
import { createSidebar } from "./sidebar.js";
import { createThread } from "./thread.js";

export function createLayout(session) {
  const { t } = session.names;
  const shell = h("div", { class: "shell", "data-shell": true });
  const go = (channel, more = "") => {
    shell.classList.remove("shows-nav");
    const address = addressOf(session.user, channel, more);
    if (location.hash !== address) location.hash = address;
  };
  const skip = h("a", { class: "skip", href: "#", onclick: (event) => skipToComposer(event, shell) }, t("jump"));
  const offline = h("div", { class: "offline", role: "status", hidden: true }, t("reconnecting"));
  shell.append(
    skip,
    offline,
    createSidebar(session, go),
    createConversation(session, go, () => shell.classList.add("shows-nav")),
    createThread(session, go),
    createModal(session),
    createAnnouncer(),
  );
  shell.addEventListener("click", (event) => followPermalink(event, go));
  session.on("link", (up) => showLink(offline, up));
  session.on("problem", (text) => announce(text, { problem: true }));
  session.on("place", () => shell.classList.toggle("shows-thread", Boolean(session.thread)));
  session.on("names", () => setTitle(session));
  session.on("place", () => setTitle(session));
  return shell;
}

/** Said only if it lasts: a connection that is back at once is nobody's concern. */
function showLink(offline, up) {
  clearTimeout(offline.timer);
  if (up) offline.hidden = true;
  else offline.timer = setTimeout(() => (offline.hidden = false), 1500);
}

/** A link to a message of this workspace is followed here, as the person who looks. */
function followPermalink(event, go) {
  const link = event.target.closest?.("a[href]");
  const place = link && !event.ctrlKey && !event.metaKey ? parsePermalink(link.href) : null;
  if (!place) return;
  event.preventDefault();
  go(place.channel, place.thread);
}

function skipToComposer(event, shell) {
  event.preventDefault();
  shell.querySelector("[data-composer] textarea")?.focus();
}

function setTitle(session) {
  const unread = session.names.state.conversations.reduce((sum, place) => sum + place.unread, 0);
  const where = session.place ? `${session.names.placeName(session.place)} · ` : "";
  document.title = `${unread ? `(${unread}) ` : ""}${where}${session.t("workspace")}`;
}
