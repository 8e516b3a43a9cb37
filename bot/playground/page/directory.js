/** Names, colours and times, as the person who looks at the page reads them. */

import { wordsFor } from "./words.js";

const DAY_MS = 24 * 60 * 60 * 1000;

export class Directory {
  /** `state` is the answer of /people/state. */
  constructor(state) {
    this.state = state;
    this.me = state.me;
    this.t = wordsFor(state.me.locale);
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.conversations = new Map(state.conversations.map((place) => [place.id, place]));
    this._clock = new Intl.DateTimeFormat(this.me.locale, { hour: "numeric", minute: "2-digit" });
    this._full = new Intl.DateTimeFormat(this.me.locale, { dateStyle: "long", timeStyle: "medium" });
    this._day = new Intl.DateTimeFormat(this.me.locale, { weekday: "long", month: "long", day: "numeric" });
  }

  get bot() {
    return this.users.get(this.state.bot_user_id);
  }

  userName(id) {
    return this.users.get(id)?.real_name ?? id;
  }

  channelName(id) {
    return this.conversations.get(id)?.name || id;
  }

  /** "#general", or the other person's name. */
  placeName(place) {
    return place.kind === "im" ? this.userName(place.user) : `#${place.name}`;
  }

  /** Whether this is the direct message with the app, which also has its home tab. */
  isWithApp(place) {
    return place?.kind === "im" && place.user === this.state.bot_user_id;
  }

  /** The name, colour and kind of a message's author. */
  author(message) {
    const user = this.users.get(message.user);
    const byApp = Boolean(message.bot_id || user?.is_bot);
    return { name: message.username || user?.real_name || message.user || "?", color: user?.color ?? "6b7280", byApp };
  }

  time(ts) {
    return this._clock.format(toDate(ts));
  }

  fullTime(ts) {
    return this._full.format(toDate(ts));
  }

  day(ts) {
    const days = Math.round((midnight(new Date()) - midnight(toDate(ts))) / DAY_MS);
    if (days === 0) return this.t("today");
    return days === 1 ? this.t("yesterday") : this._day.format(toDate(ts));
  }
}

/** Of a message's ts, which is seconds with a fraction. */
export function toDate(ts) {
  return new Date(Number(ts) * 1000);
}

export function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The first letter of a name, whole even if it is several code points. */
export function initial(name) {
  return (Array.from(name.trim())[0] ?? "?").toUpperCase();
}
